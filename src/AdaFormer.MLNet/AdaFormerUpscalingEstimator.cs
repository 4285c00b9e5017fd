using AdaFormer.MLNet.Columns;
using AdaFormer.MLNet.Mapping;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AdaFormer.MLNet;

/// <summary>
/// Enlarges the images of a column with AdaFormer super-resolution. It learns nothing from the data; the model is pretrained.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
///
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:Microsoft.ML.Data.MLImage>, of known or unknown size; or a known-size vector of <xref:System.Byte> or <xref:System.Single> if the options have a VectorLayout |
/// | Output column data type | The same, enlarged by the model's scale |
/// | Required NuGet in addition to Microsoft.ML | AdaFormer.MLNet, and Microsoft.ML.OnnxRuntime or Microsoft.ML.OnnxRuntime.Gpu |
/// | Exportable to ONNX | No; it runs ONNX models |
///
/// A missing image gives a missing image, or zeros in vectors. An image of another size than its column was declared with gives a result of the
/// declared size. Only load models, and saved pipelines, that you trust.
///
/// Check the See Also section for links to usage examples.
/// ]]></format>
/// </remarks>
/// <example>
/// <code>
/// var pipeline = mlContext.Transforms.LoadImages("Image", folder, "File")
///     .Append(mlContext.Transforms.AdaFormerUpscale("Large", "Image"));
/// </code>
/// </example>
/// <seealso cref="AdaFormerCatalog.AdaFormerUpscale(TransformsCatalog, string, string, string, float?, string, string, int?, bool)"/>
/// <seealso cref="AdaFormerCatalog.AdaFormerUpscale(TransformsCatalog, AdaFormerUpscalingOptions)"/>
/// <seealso cref="ImageEstimatorsCatalog.ResizeImages(TransformsCatalog, string, int, int, string, Microsoft.ML.Transforms.Image.ImageResizingEstimator.ResizingKind, Microsoft.ML.Transforms.Image.ImageResizingEstimator.Anchor)"/>
public sealed class AdaFormerUpscalingEstimator : IEstimator<AdaFormerUpscalingTransformer>
{
    private readonly AdaFormerUpscalingOptions _options;
    private readonly LoadedModel _model;
    private readonly UpscalingChain _chain;

    /// <summary>Creates the estimator for an <see cref="MLContext"/>, on its GPU unless the options name one.</summary>
    /// <param name="mlContext">The context; its <see cref="MLContext.GpuDeviceId"/> and <see cref="MLContext.FallbackToCpu"/> are used if
    /// <see cref="AdaFormerUpscalingOptions.ModelOptions"/> request the CPU.</param>
    /// <param name="options">Columns, model, device, tiles. They are copied.</param>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="FileNotFoundException">The model is not built in, not a file, and not in the library.</exception>
    /// <exception cref="ModelFormatException">The file is not a model that enlarges a picture, or keeps its size.</exception>
    /// <exception cref="OnnxRuntimeUnavailableException">The application lacks the package with ONNX Runtime's native library, or its version is too old.</exception>
    public AdaFormerUpscalingEstimator(MLContext mlContext, AdaFormerUpscalingOptions options)
        : this(mlContext?.Transforms ?? throw new ArgumentNullException(nameof(mlContext)), WithDevice(options, mlContext))
    {
    }

    internal AdaFormerUpscalingEstimator(TransformsCatalog catalog, AdaFormerUpscalingOptions options)
    {
        OptionsCheck.Check(options);
        _options = options.Copy();
        _model = new LoadedModel(_options);
        ImageTypes.RegisterUnsized();
        _chain = new UpscalingChain(catalog, _options, _model);
    }

    /// <summary>The model's description: scale, weights, licence.</summary>
    public ModelDescription Model => _model.Description;

    /// <summary>Creates the transformer for the input column's type. No row is read and no session is created.</summary>
    /// <param name="input">Data with the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type.</exception>
    public AdaFormerUpscalingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = InputColumn.Of(input.Schema, _options);
        return new AdaFormerUpscalingTransformer(_chain.Fit(input, column), _options, column, Model);
    }

    /// <summary>The shape of the transformer's output schema.</summary>
    /// <param name="inputSchema">The shape of the schema with the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _chain.GetOutputSchema(inputSchema, InputColumn.Of(inputSchema, _options));
    }

    private static AdaFormerUpscalingOptions WithDevice(AdaFormerUpscalingOptions options, MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ModelOptions is not { Device: Device.Cpu } || mlContext.GpuDeviceId is null)
            return options;
        var copy = options.Copy();
        copy.ModelOptions = new DeviceChoice(mlContext.GpuDeviceId, mlContext.FallbackToCpu).Options(options.ModelOptions.Threads);
        return copy;
    }
}
