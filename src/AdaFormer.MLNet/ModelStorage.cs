namespace AdaFormer.MLNet;

/// <summary>Where a saved pipeline has its super-resolution model.</summary>
public enum ModelStorage
{
    /// <summary>Inside: the saved pipeline needs no other file.</summary>
    Inside,

    /// <summary>
    /// Elsewhere: the saved pipeline has the built-in model's name or the file's path, and the SHA-256 that it must have when it is loaded.
    /// Another file in its place is an error.
    /// </summary>
    Reference,
}
