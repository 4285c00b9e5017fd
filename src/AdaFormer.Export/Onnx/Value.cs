namespace AdaFormer.Export.Onnx;

/// <summary>The name of a tensor inside a graph.</summary>
internal readonly record struct Value(string Name)
{
    /// <summary>An optional input that is left out.</summary>
    public static Value None => new("");
}
