using AdaFormer;
using AdaFormer.MLNet;
using AdaFormer.MLNet.Mapping;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>AdaFormer's transform in ML.NET's catalog.</summary>
public static class AdaFormerCatalog
{
    /// <summary>Enlarges the images of a column with AdaFormer super-resolution.</summary>
    /// <param name="catalog">The transforms of an <see cref="MLContext"/>.</param>
    /// <param name="outputColumnName">Column of the enlarged images.</param>
    /// <param name="inputColumnName">Column of the images; <see langword="null"/> for the output's name, which is then replaced.</param>
    /// <param name="model">The name of a model that is built in, such as <c>tiny-x2</c>, or in <see cref="ModelLibrary.Default"/>, or the path of an ONNX file; <see langword="null"/> for <c>tiny-x4</c>, and <c>photo-x4</c> for images that were saved as JPEG.</param>
    /// <param name="haltingThreshold">Lower is faster, a very large value halts nothing; <see langword="null"/> for the model's own.</param>
    /// <param name="haltingDepthColumnName">Column for the halting depth of every input pixel; <see langword="null"/> for none.</param>
    /// <param name="haltedShareColumnName">Column for the share of work that halting saved; <see langword="null"/> for none.</param>
    /// <param name="gpuDeviceId">The CUDA GPU to run on; <see langword="null"/> for the CPU. The catalog cannot see
    /// <see cref="MLContext.GpuDeviceId"/>: pass it here, or make the estimator with its constructor, which reads it.</param>
    /// <param name="fallbackToCpu">Whether the CPU will do where the GPU is not there; otherwise that is an error.</param>
    /// <exception cref="FileNotFoundException">The model is neither a built-in one nor a file, nor in the library.</exception>
    /// <exception cref="ModelFormatException">The file is no model of this project.</exception>
    /// <exception cref="OnnxRuntimeUnavailableException">The application lacks the package with ONNX Runtime's native library, or has one too old.</exception>
    public static AdaFormerUpscalingEstimator AdaFormerUpscale(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string? model = null,
        float? haltingThreshold = null,
        string? haltingDepthColumnName = null,
        string? haltedShareColumnName = null,
        int? gpuDeviceId = null,
        bool fallbackToCpu = false) => catalog.AdaFormerUpscale(new AdaFormerUpscalingOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Model = model,
            Upscaling = new UpscaleOptions { HaltingThreshold = haltingThreshold },
            HaltingDepthColumnName = haltingDepthColumnName,
            HaltedShareColumnName = haltedShareColumnName,
            ModelOptions = new DeviceChoice(gpuDeviceId, fallbackToCpu).Options(threads: 0),
        });

    /// <summary>Enlarges the images of a column, or vectors of their pixels, with AdaFormer super-resolution.</summary>
    /// <param name="catalog">The transforms of an <see cref="MLContext"/>.</param>
    /// <param name="options">Columns, model, device, tiles. They are copied: later changes have no effect.</param>
    /// <exception cref="ArgumentException">An option is impossible.</exception>
    /// <exception cref="FileNotFoundException">The model is neither a built-in one nor a file, nor in the library.</exception>
    /// <exception cref="ModelFormatException">The file is no model of this project.</exception>
    /// <exception cref="OnnxRuntimeUnavailableException">The application lacks the package with ONNX Runtime's native library, or has one too old.</exception>
    public static AdaFormerUpscalingEstimator AdaFormerUpscale(this TransformsCatalog catalog, AdaFormerUpscalingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new AdaFormerUpscalingEstimator(catalog, options);
    }

    /// <summary>
    /// Lets classes of rows have properties of type <see cref="MLImage"/> without an attribute: ML.NET knows the type from then on. Call it
    /// before <see cref="DataOperationsCatalog.LoadFromEnumerable{TRow}(IEnumerable{TRow}, SchemaDefinition)"/> where no upscaling has been made yet.
    /// </summary>
    /// <param name="catalog">The data operations of an <see cref="MLContext"/>.</param>
    public static void RegisterImages(this DataOperationsCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ImageTypes.RegisterUnsized();
    }

    /// <summary>
    /// Makes images of a size known to ML.NET. A loaded pipeline that was fitted to images of unknown or another size needs that to take a
    /// column of this one; a pipeline that was fitted in this process, and one that was fitted to this size, do not.
    /// </summary>
    /// <param name="catalog">The data operations of an <see cref="MLContext"/>.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public static void RegisterImages(this DataOperationsCatalog catalog, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ImageTypes.Register(width, height);
    }
}
