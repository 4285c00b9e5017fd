namespace AdaFormer;

/// <summary>The model inside this assembly.</summary>
public static class BuiltInModel
{
    /// <summary>The model's name: <c>tiny-x4</c>, four times larger.</summary>
    public const string Name = "tiny-x4";

    /// <summary>The bytes of the model's ONNX file.</summary>
    public static byte[] Read()
    {
        using var stream = typeof(BuiltInModel).Assembly.GetManifestResourceStream($"{Name}.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
