namespace AdaFormer;

/// <summary>The models inside this assembly.</summary>
public static class BuiltInModel
{
    /// <summary>The name of the one that is taken unless another is asked for: <c>tiny-x4</c>, four times larger.</summary>
    public const string Name = "tiny-x4";

    /// <summary>The names of all: two, three and four times larger.</summary>
    public static IReadOnlyList<string> Names { get; } = ["tiny-x2", "tiny-x3", Name];

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
}
