using System.Security.Cryptography;

namespace AdaFormer.MLNet.Mapping;

/// <summary>A model as stored in a saved pipeline.</summary>
/// <param name="Name">A built-in model's name or a file's path.</param>
/// <param name="Sha256">The hash that its file must have.</param>
/// <param name="Bytes">The file, or null if it has to be found by its name.</param>
internal sealed record ConfiguredModel(string Name, string Sha256, byte[]? Bytes)
{
    public static ConfiguredModel Of(string name, byte[] bytes) => new(name, HashOf(bytes), bytes);

    /// <summary>Whether the model says itself what it is and needs. Others are found out by trial, in a session.</summary>
    public bool SaysWhatItIs => ModelDescription.IsInside(Read(), Name);

    /// <summary>Reads the model's description, if it says it itself.</summary>
    public ModelDescription Describe() => ModelDescription.Read(Read(), Name);

    /// <summary>The form in which the model is saved.</summary>
    public ConfiguredModel Stored(ModelStorage storage) => storage == ModelStorage.Inside ? this : this with { Bytes = null };

    /// <summary>Reads the file.</summary>
    /// <exception cref="FileNotFoundException">No file has this name.</exception>
    /// <exception cref="ModelFormatException">The file is a different one.</exception>
    public byte[] Read()
    {
        if (Bytes is not null)
            return Bytes;
        var bytes = ModelLibrary.Default.Read(Name);
        return HashOf(bytes) is var hash && hash == Sha256
            ? bytes
            : throw new ModelFormatException($"The model '{Name}' is not the one that this pipeline was saved with: its SHA-256 is {hash}, expected {Sha256}. Restore the right file, or save the pipeline with ModelStorage.Inside.");
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
