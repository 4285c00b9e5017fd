namespace AdaFormer.MLNet;

/// <summary>Options of <see cref="AdaFormerUpscalingEstimator"/>: columns, model, device.</summary>
public sealed class AdaFormerUpscalingOptions
{
    /// <summary>Column of the enlarged images. Default: <c>UpscaledImage</c>.</summary>
    public string OutputColumnName { get; set; } = "UpscaledImage";

    /// <summary>Column of the images. Default: <see langword="null"/>, which means <see cref="OutputColumnName"/>, replaced by the result.</summary>
    public string? InputColumnName { get; set; }

    /// <summary>
    /// A built-in model's name, such as <c>tiny-x4</c>, the path of an ONNX file, also of other makers, or the name of a model in <see cref="ModelLibrary.Default"/>.
    /// Default: <see langword="null"/>, unless <see cref="ModelBytes"/> is set: the built-in <c>tiny-x4</c>, and <c>photo-x4</c> for each
    /// image whose pixels show that it was saved as JPEG, see <see cref="AdaFormer.Imaging.JpegTrace"/>.
    /// </summary>
    public string? Model { get; set; }

    /// <summary>The bytes of an ONNX file, instead of <see cref="Model"/>. Default: <see langword="null"/>.</summary>
    public byte[]? ModelBytes { get; set; }

    /// <summary>
    /// A second, stronger model of the same scale for the parts of an image with the most detail: a name or path as in <see cref="Model"/>. It is
    /// saved like that. Default: <see langword="null"/>, none.
    /// </summary>
    public string? RefineModel { get; set; }

    /// <summary>The share of each image that the second model refines, 0 to 1. Default: 0.25.</summary>
    public double RefineShare { get; set; } = 0.25;

    /// <summary>Whether a saved pipeline contains the model or refers to it. Default: <see cref="ModelStorage.Inside"/>.</summary>
    public ModelStorage ModelStorage { get; set; } = ModelStorage.Inside;

    /// <summary>
    /// Column for the halting depth of every input pixel, a vector of <see cref="float"/>, row by row; its size is known if the image's
    /// is. Default: <see langword="null"/>, no such column.
    /// </summary>
    public string? HaltingDepthColumnName { get; set; }

    /// <summary>
    /// Column for the share of the transformer's work that halting saved, a <see cref="float"/> from 0 to 1, NaN for a missing image.
    /// Default: <see langword="null"/>, no such column.
    /// </summary>
    public string? HaltedShareColumnName { get; set; }

    /// <summary>
    /// How the input column's vectors store pixels; the output column uses the same layout. Default: <see langword="null"/>, the input
    /// column has images.
    /// </summary>
    public PixelVectorLayout? VectorLayout { get; set; }

    /// <summary>
    /// Halting threshold, tiles and memory of each row in progress; the image and the enlarged image are held as a whole.
    /// Default: <see cref="UpscaleOptions"/>' defaults. A second model is said by <see cref="RefineModel"/> instead.
    /// </summary>
    public UpscaleOptions Upscaling { get; set; } = new();

    /// <summary>
    /// Device and threads: <see cref="Device.Cuda"/> for a GPU, <see cref="Device.Auto"/> for one with fallback to the CPU. Default: the
    /// CPU with all processors. The device is not saved, see <see cref="AdaFormerDevice"/>; <see cref="ModelOptions.Range"/> is;
    /// <see cref="ModelOptions.Trusted"/> is rejected.
    /// </summary>
    public ModelOptions ModelOptions { get; set; } = new() { Device = Device.Cpu };

    internal string Input => InputColumnName ?? OutputColumnName;

    internal AdaFormerUpscalingOptions Copy() => (AdaFormerUpscalingOptions)MemberwiseClone();
}

/// <summary>Where a saved pipeline stores its super-resolution model.</summary>
public enum ModelStorage
{
    /// <summary>Inside: the saved pipeline needs no other file.</summary>
    Inside,

    /// <summary>
    /// Elsewhere: the saved pipeline has the built-in model's name or the file's path, and its SHA-256, which is checked when it is loaded.
    /// Another file in its place is an error.
    /// </summary>
    Reference,
}
