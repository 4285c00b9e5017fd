namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>A name in a Python module that a pickle may reference: the only Python names known here.</summary>
internal sealed class PickleGlobal
{
    public static readonly PickleGlobal OrderedDictionary = new();
    public static readonly PickleGlobal Size = new();
    public static readonly PickleGlobal Tensor = new();
    public static readonly PickleGlobal Parameter = new();
    public static readonly PickleGlobal NumpyType = new();
    public static readonly PickleGlobal NumpyScalar = new();
    public static readonly PickleGlobal Encode = new();

    private static readonly Dictionary<string, PickleGlobal> Known = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = OrderedDictionary,
        ["torch.Size"] = Size,
        ["torch._utils._rebuild_tensor"] = Tensor,
        ["torch._utils._rebuild_tensor_v2"] = Tensor,
        ["torch._utils._rebuild_parameter"] = Parameter,
        ["numpy.dtype"] = NumpyType,
        ["numpy.core.multiarray.scalar"] = NumpyScalar,
        ["numpy._core.multiarray.scalar"] = NumpyScalar,
        ["_codecs.encode"] = Encode, // how old pickles write bytes: a text, one character for each
        ["torch.DoubleStorage"] = Storage("F64"),
        ["torch.FloatStorage"] = Storage("F32"),
        ["torch.HalfStorage"] = Storage("F16"),
        ["torch.BFloat16Storage"] = Storage("BF16"),
        ["torch.LongStorage"] = Storage("I64"),
        ["torch.IntStorage"] = Storage("I32"),
        ["torch.ShortStorage"] = Storage("I16"),
        ["torch.CharStorage"] = Storage("I8"),
        ["torch.ByteStorage"] = Storage("U8"),
        ["torch.BoolStorage"] = Storage("BOOL"),
    };

    private PickleGlobal(ElementType? elements = null) => Elements = elements;

    /// <summary>The element type of a storage class; <see langword="null"/> for everything else.</summary>
    public ElementType? Elements { get; }

    public static PickleGlobal Find(PickleInput input, string module, string name) =>
        Known.TryGetValue($"{module}.{name}", out var global) ? global : throw input.Refused($"'{module}.{name}'");

    private static PickleGlobal Storage(string elements) => new(ElementType.Find(elements));
}
