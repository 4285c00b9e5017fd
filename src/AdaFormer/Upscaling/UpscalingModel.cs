using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer;

/// <summary>
/// A super-resolution model in an ONNX Runtime session. Thread-safe: one instance serves any number of threads and pictures.
/// </summary>
public sealed class UpscalingModel : IDisposable
{
    private const string Threshold = "halting_threshold";
    // ONNX Runtime has no error code for it.
    private static readonly string[] AllocationFailures = ["allocate", "bad_alloc", "bad allocation", "out of memory", "OUT_OF_MEMORY"];
    private readonly InferenceSession _session;
    private readonly string _name;
    private readonly string[] _outputNames;
    private readonly bool _takesThreshold;

    private UpscalingModel(byte[] model, string name, ModelOptions? options)
    {
        _name = name;
        options ??= new ModelOptions();
        if (!options.Trusted)
            OnnxCheck.Check(model, name);
        // Not from the session: for a damaged file ONNX Runtime's binding may fail on the metadata with a NullReferenceException.
        var metadata = OnnxMetadata.Read(model, name);
        using var profile = ForeignModel.Is(metadata) ? new RunProfile() : null;
        (_session, Device) = SessionFactory.Create(model, name, options, profile);
        try
        {
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model));
            Description = profile is null ? ModelDescription.FromMetadata(metadata, name) : ForeignModel.Describe(_session, model, metadata, name, options);
            _outputNames = Description.Halts ? [Description.Pixels.Output, "halting_depth"] : [Description.Pixels.Output];
            // Models of a fixed size have the threshold built in.
            _takesThreshold = Description.Halts && _session.OverridableInitializerMetadata.ContainsKey(Threshold);
            if (profile is null)
                CheckSignature();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>The model's description.</summary>
    public ModelDescription Description { get; }

    /// <summary>Its name or path.</summary>
    internal string Name => _name;

    /// <summary>SHA-256 of the model's file, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The device that the model runs on: the CPU or a GPU.</summary>
    public Device Device { get; }

    /// <summary>Called before every run, so that tests can simulate a failed allocation.</summary>
    internal Action? BeforeRun { get; set; }

    /// <summary>Loads a model from a file.</summary>
    /// <param name="path">An ONNX file made by <c>adaformer export</c> or <c>import</c>; or any other that takes a picture and gives one of 1 to 8 times its size, which is tried on small pictures first.</param>
    /// <param name="options">Device and threads; <see langword="null"/> for the defaults.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="ModelFormatException">The file is damaged, another kind of model, or contains something that models do not need.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public static UpscalingModel Load(string path, ModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model file '{path}'.", path);
        return new UpscalingModel(OnnxCheck.ReadFile(path), path, options);
    }

    /// <summary>Loads a model from the bytes of its file.</summary>
    /// <exception cref="ModelFormatException">The bytes are damaged, another kind of model, or contain something that models do not need.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public static UpscalingModel Load(byte[] model, ModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new UpscalingModel(model, "model", options);
    }

    /// <inheritdoc cref="Load(byte[], ModelOptions?)"/>
    internal static UpscalingModel Load(byte[] model, string name, ModelOptions options) => new(model, name, options);

    /// <summary>Loads a model by its name or path.</summary>
    /// <param name="nameOrPath">A built-in model's name, the path of an ONNX file, or the name of a model in <see cref="ModelLibrary.Default"/>.</param>
    /// <param name="options">Device and threads; <see langword="null"/> for the defaults.</param>
    /// <exception cref="FileNotFoundException">The name is none of these.</exception>
    /// <exception cref="ModelFormatException">The file is damaged, another kind of model, or does not match its pin.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public static UpscalingModel LoadByName(string nameOrPath, ModelOptions? options = null) => new(ModelLibrary.Default.Read(nameOrPath), nameOrPath, options);

    /// <summary>Loads the default built-in model, four times larger.</summary>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public static UpscalingModel LoadBuiltIn(ModelOptions? options = null) => new(BuiltInModel.Read(), BuiltInModel.Name, options);

    /// <summary>Runs the network once.</summary>
    /// <param name="image">Red, green and blue in 0 to 1, planar: (images, 3, height, width).</param>
    /// <param name="images">Number of images.</param>
    /// <param name="height">Height of each image in pixels, at least 1.</param>
    /// <param name="width">Width of each image in pixels, at least 1.</param>
    /// <param name="haltingThreshold">Lower is faster, a very large value halts nothing; <see langword="null"/> for the model's default.</param>
    /// <param name="cancellationToken">Stops the run at the next operator.</param>
    /// <returns>The upscaled images, (images, 3, scale·height, scale·width), not clamped; and the halting depth, (images, 1, height, width), empty if the model does not halt.</returns>
    /// <exception cref="ArgumentException">The values do not fit the sizes, or the threshold is NaN or, for a model of a fixed size, differs from its own.</exception>
    /// <exception cref="UpscalingException">ONNX Runtime failed, for example because memory ran out.</exception>
    /// <exception cref="ModelFormatException">The graph does not match the model's metadata.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public (float[] Upscaled, float[] HaltingDepth) Run(
        float[] image, int images, int height, int width, float? haltingThreshold = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var output = RunInPlace(image, images, height, width, haltingThreshold, cancellationToken);
        return (output.Upscaled.ToArray(), output.HaltingDepth.ToArray());
    }

    /// <summary>Runs the network, without copying the results if they are in this project's form.</summary>
    /// <param name="image">(images, 3, height, width).</param>
    /// <param name="images">Number of images.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="haltingThreshold">The threshold; <see langword="null"/> for the model's.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <param name="alpha">(height, width) of one image for a model that takes alpha; empty: opaque.</param>
    internal NetworkOutput RunInPlace(
        Memory<float> image, int images, int height, int width, float? haltingThreshold, CancellationToken cancellationToken, ReadOnlyMemory<float> alpha = default)
    {
        if (images < 1 || height < 1 || width < 1 || image.Length != 3L * images * height * width)
            throw new ArgumentException($"{image.Length} values do not make {images} images of 3 × {height} × {width}.", nameof(image));
        if (haltingThreshold is { } value && float.IsNaN(value))
            throw new ArgumentException("The halting threshold is NaN; expected a number, such as 0.95.", nameof(haltingThreshold));
        if (haltingThreshold is { } other && Description.Halts && !_takesThreshold && other != Description.HaltingThreshold)
            throw new ArgumentException($"The halting threshold of '{_name}', a model of a fixed size, is {Description.HaltingThreshold:R} and cannot be changed to {other:R}; export the model without a fixed size.", nameof(haltingThreshold));
        cancellationToken.ThrowIfCancellationRequested();
        if (!Description.Pixels.TakesAsIs(images, width, height))
            return RunConverted(image, images, height, width, alpha, cancellationToken);

        using var imageTensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, image, [images, 3, height, width]);
        using var thresholdTensor = OrtValue.CreateTensorValueFromMemory([haltingThreshold ?? Description.HaltingThreshold], []);
        var inputs = new Dictionary<string, OrtValue> { [Description.Pixels.Input] = imageTensor };
        if (_takesThreshold)
            inputs.Add(Threshold, thresholdTensor);
        var (large, wide) = (height * Description.Scale, width * Description.Scale);
        long[][] shapes = Description.Halts ? [[images, 3, large, wide], [images, 1, height, width]] : [[images, 3, large, wide]];
        return new NetworkOutput(Run(inputs, $"{images} × {width}×{height}", cancellationToken, shapes));
    }

    // Other makers' models take one image at a time, in their form.
    private NetworkOutput RunConverted(Memory<float> image, int images, int height, int width, ReadOnlyMemory<float> alpha, CancellationToken cancellationToken)
    {
        var (pixels, scale) = (Description.Pixels, Description.Scale);
        var (paddedWidth, paddedHeight) = pixels.Padded(width, height);
        long[] shape = pixels.InterleavedOutput
            ? [Math.Max(1, pixels.FixedImages), paddedHeight * scale, paddedWidth * scale, pixels.Channels]
            : [Math.Max(1, pixels.FixedImages), pixels.Channels, paddedHeight * scale, paddedWidth * scale];
        var result = new ConvertedOutput(3 * images * height * width * scale * scale, alpha.Length * scale * scale);
        try
        {
            for (var index = 0; index < images; index++)
            {
                using var memory = new RentedMemory();
                var one = image.Slice(3 * index * height * width, 3 * height * width);
                using var tensor = ForeignTensors.Create(pixels, one.Span, alpha.Span, width, height, memory);
                using var outputs = Run(new Dictionary<string, OrtValue> { [pixels.Input] = tensor }, $"{paddedWidth}×{paddedHeight}", cancellationToken, shape);
                var length = result.Upscaled.Length / images;
                ForeignTensors.Read(pixels, outputs[0], one.Span, width, height, scale, result.Upscaled.Span.Slice(index * length, length), result.Alpha.Span);
            }

            return new NetworkOutput(result);
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(Dictionary<string, OrtValue> inputs, string size, CancellationToken cancellationToken, params long[][] shapes)
    {
        using var run = new RunOptions();
        using var registration = cancellationToken.Register(() => run.Terminate = true);
        try
        {
            BeforeRun?.Invoke();
            var outputs = _session.Run(run, inputs, _outputNames);
            try
            {
                for (var index = 0; index < shapes.Length; index++)
                    RequireShape(outputs[index], index, shapes[index]);
                return outputs;
            }
            catch
            {
                outputs.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new UpscalingException($"'{_name}' failed on {size} pixels: {exception.Message}", exception)
            {
                OutOfMemory = AllocationFailures.Any(text => exception.Message.Contains(text, StringComparison.Ordinal)),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void RequireShape(OrtValue output, int index, long[] expected)
    {
        var shape = output.GetTensorTypeAndShape().Shape;
        if (!shape.SequenceEqual(expected))
            throw new ModelFormatException($"'{_name}' gave '{_outputNames[index]}' of shape [{string.Join(", ", shape)}] where {(Description.Pixels == PixelInterface.Own ? $"its metadata promises [{string.Join(", ", expected)}]; its metadata does not match its graph. Export the weights again." : $"[{string.Join(", ", expected)}] was expected from smaller pictures; it cannot be used for pictures of any size.")}");
    }

    private void CheckSignature()
    {
        var inputs = _session.InputMetadata.Concat(_session.OverridableInitializerMetadata).ToDictionary();
        Require(inputs, Description.Pixels.Input, 4, "input");
        if (_takesThreshold)
            Require(inputs, Threshold, 0, "input");
        foreach (var output in _outputNames)
            Require(_session.OutputMetadata, output, 4, "output");

        void Require(IReadOnlyDictionary<string, NodeMetadata> nodes, string node, int rank, string kind)
        {
            if (!nodes.TryGetValue(node, out var metadata) || metadata.ElementType != typeof(float) || metadata.Dimensions.Length != rank)
                throw new ModelFormatException($"'{_name}' is not a super-resolution model of this project: expected a float {kind} '{node}' of rank {rank}. Make it with `adaformer export`.");
        }
    }
}
