namespace AdaFormer;

/// <summary>The models embedded in this assembly.</summary>
public static class BuiltInModel
{
    /// <summary>Name of the default model for clean pictures: <c>tiny-x4</c>, four times larger.</summary>
    public const string Name = "tiny-x4";

    /// <summary>Name of the default model for pictures that were saved as JPEG: <c>photo-x4</c>, four times larger.</summary>
    public const string PhotoName = "photo-x4";

    private const string ForJpeg = "photo-";

    /// <summary>The names of all built-in models: <c>tiny</c> for clean pictures, <c>photo</c> for those that were saved as JPEG.</summary>
    public static IReadOnlyList<string> Names { get; } = ["photo-x2", PhotoName, "tiny-x2", "tiny-x3", Name];

    /// <summary>Reads the bytes of a model's ONNX file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">The name is none of them.</exception>
    public static byte[] Read(string name = Name)
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"There is no built-in model '{name}'; expected one of {string.Join(", ", Names)}.", nameof(name));
        using var stream = typeof(BuiltInModel).Assembly.GetManifestResourceStream($"{name}.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Whether a model is for pictures that were saved as JPEG.</summary>
    internal static bool IsForJpeg(string name) => name.StartsWith(ForJpeg, StringComparison.Ordinal);
}
