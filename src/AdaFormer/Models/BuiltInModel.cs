namespace AdaFormer;

/// <summary>The model inside this assembly.</summary>
internal static class BuiltInModel
{
    public const string Name = "tiny-x4";

    public static byte[] Read()
    {
        using var stream = typeof(BuiltInModel).Assembly.GetManifestResourceStream($"{Name}.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
