namespace AdaFormer;

/// <summary>The models inside this assembly.</summary>
public static class BuiltInModel
{
    /// <summary>The name of the one that clean pictures get unless another is asked for: <c>tiny-x4</c>, four times larger.</summary>
    public const string Name = "tiny-x4";

    /// <summary>The name of the one that pictures get which were saved as JPEG: <c>photo-x4</c>, four times larger.</summary>
    public const string PhotoName = "photo-x4";

    private const string ForJpeg = "photo-";

    /// <summary>The names of all: <c>tiny</c> for clean pictures, <c>photo</c> for those that were saved as JPEG.</summary>
    public static IReadOnlyList<string> Names { get; } = ["photo-x2", PhotoName, "tiny-x2", "tiny-x3", Name];

    /// <summary>The bytes of a model's ONNX file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
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
