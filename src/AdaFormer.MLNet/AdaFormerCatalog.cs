using AdaFormer;
using AdaFormer.MLNet;
using AdaFormer.MLNet.Mapping;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Adds AdaFormer's transform to ML.NET's catalog.</summary>
public static class AdaFormerCatalog
{
    /// <summary>Enlarges the images of a column with AdaFormer super-resolution.</summary>
    /// <param name="catalog">The transforms of an <see cref="MLContext"/>.</param>
    /// <param name="outputColumnName">Column of the enlarged images.</param>
    /// <param name="inputColumnName">Column of the images; <see langword="null"/> for the output column's name, which is then replaced.</param>
    /// <param name="model">Name of a built-in model, such as <c>tiny-x2</c>, or of one in <see cref="ModelLibrary.Default"/>, or the path of an ONNX file, also of other makers; <see langword="null"/> for <c>tiny-x4</c>, and <c>photo-x4</c> for images that were saved as JPEG.</param>
    /// <param name="haltingThreshold">Lower is faster, a very large value halts nothing; <see langword="null"/> for the model's own.</param>
    /// <param name="haltingDepthColumnName">Column for the halting depth of every input pixel; <see langword="null"/> for none.</param>
    /// <param name="haltedShareColumnName">Column for the share of work that halting saved; <see langword="null"/> for none.</param>
    /// <param name="gpuDeviceId">The CUDA GPU to run on; <see langword="null"/> for the CPU. The catalog cannot see
    /// <see cref="MLContext.GpuDeviceId"/>: pass it here, or create the estimator with its constructor, which reads it.</param>
    /// <param name="fallbackToCpu">Whether to use the CPU if the GPU is not available; otherwise that is an error.</param>
    /// <exception cref="FileNotFoundException">The model is not built in, not a file, and not in the library.</exception>
    /// <exception cref="ModelFormatException">The file is not a model that enlarges a picture, or keeps its size.</exception>
    /// <exception cref="OnnxRuntimeUnavailableException">The application lacks the package with ONNX Runtime's native library, or its version is too old.</exception>
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
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="FileNotFoundException">The model is not built in, not a file, and not in the library.</exception>
    /// <exception cref="ModelFormatException">The file is not a model that enlarges a picture, or keeps its size.</exception>
    /// <exception cref="OnnxRuntimeUnavailableException">The application lacks the package with ONNX Runtime's native library, or its version is too old.</exception>
    public static AdaFormerUpscalingEstimator AdaFormerUpscale(this TransformsCatalog catalog, AdaFormerUpscalingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new AdaFormerUpscalingEstimator(catalog, options);
    }

    /// <summary>
    /// Registers <see cref="MLImage"/> with ML.NET, so that row classes can have properties of this type without an attribute. Call it
    /// before <see cref="DataOperationsCatalog.LoadFromEnumerable{TRow}(IEnumerable{TRow}, SchemaDefinition)"/> if no upscaling has been created yet.
    /// </summary>
    /// <param name="catalog">The data operations of an <see cref="MLContext"/>.</param>
    public static void RegisterImages(this DataOperationsCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ImageTypes.RegisterUnsized();
    }

    /// <summary>
    /// Registers images of a fixed size with ML.NET. A loaded pipeline that was fitted to images of unknown or another size needs that to take a
    /// column of this size; a pipeline that was fitted in this process, or to this size, does not.
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
