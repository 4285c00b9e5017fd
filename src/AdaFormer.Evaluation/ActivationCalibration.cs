using AdaFormer.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace AdaFormer.Evaluation;

/// <summary>Finds the ranges for storing a model's activations in eight bits.</summary>
public static class ActivationCalibration
{
    private const int Side = 96;
    private static readonly string[] OwnOutputs = ["upscaled", "halting_depth"];

    /// <summary>
    /// Runs the model on the centre of every picture, at most 96×96 pixels, and chooses for every activation the range whose rounding and
    /// clipping give the smallest mean squared error.
    /// </summary>
    /// <param name="model">The bytes of an ONNX model whose outputs besides the network's own are the activations.</param>
    /// <param name="inputs">Pictures as passed to the network: low-resolution ones. A few dozen are enough.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    /// <returns>The range of every activation, by its name.</returns>
    /// <exception cref="ArgumentException">There are no pictures, or the model has no activations as outputs.</exception>
    /// <exception cref="ModelFormatException">The model contains something that models do not need.</exception>
    /// <exception cref="OnnxRuntimeException">The model cannot be run.</exception>
    public static IReadOnlyDictionary<string, (float Minimum, float Maximum)> Find(
        byte[] model, IReadOnlyList<Picture> inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0)
            throw new ArgumentException("There are no pictures to calibrate on; expected at least one.", nameof(inputs));
        OnnxCheck.Check(model, "model");
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        var names = session.OutputNames.Except(OwnOutputs).ToArray();
        if (names.Length == 0)
            throw new ArgumentException("The model gives no activations; expected one exported for calibration.", nameof(model));

        var histograms = names.Select(_ => new ActivationHistogram()).ToArray();
        Visit((histogram, values) => histogram.Widen(values));
        Visit((histogram, values) => histogram.Count(values));
        return names.Zip(histograms).ToDictionary(pair => pair.First, pair => pair.Second.BestRange());

        void Visit(Action<ActivationHistogram, ReadOnlySpan<float>> visit)
        {
            foreach (var input in inputs)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (width, height) = (Math.Min(Side, input.Width), Math.Min(Side, input.Height));
                var (x, y) = ((input.Width - width) / 2, (input.Height - height) / 2);
                var pixels = PixelTensor.Read(new PictureBand(input, 0), new Tile(x, y, width, height, x, y, width, height));
                using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, height, width]);
                using var run = new RunOptions();
                using var outputs = session.Run(run, new Dictionary<string, OrtValue> { ["image"] = image }, names);
                foreach (var (histogram, output) in histograms.Zip(outputs))
                    visit(histogram, output.GetTensorDataAsSpan<float>());
            }
        }
    }
}

/// <summary>Histogram of an activation's values, from which its clipping range is chosen.</summary>
internal sealed class ActivationHistogram
{
    private const int Bins = 4096;
    private const int Levels = 255;
    private const int Candidates = 60;
    private const int Turns = 2;

    private readonly long[] _counts = new long[Bins];
    private float _minimum;
    private float _maximum;

    /// <summary>Extends the range to include values. All values must be included before the first is counted.</summary>
    public void Widen(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            (_minimum, _maximum) = (Math.Min(_minimum, value), Math.Max(_maximum, value));
    }

    /// <summary>Counts values.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        var perUnit = Bins / (_maximum - _minimum);
        foreach (var value in values)
            _counts[Math.Clamp((int)((value - _minimum) * perUnit), 0, Bins - 1)]++;
    }

    /// <summary>The range whose 256 levels represent the values with the least squared error, either end moved towards 0 in turn.</summary>
    public (float Minimum, float Maximum) BestRange()
    {
        var (low, high) = (_minimum, _maximum);
        for (var turn = 0; turn < Turns; turn++)
        {
            high = Shrunk(_maximum).MinBy(end => SquaredError(low, end));
            low = Shrunk(_minimum).MinBy(end => SquaredError(end, high));
        }

        return (low, high);

        static IEnumerable<float> Shrunk(float end) => Enumerable.Range(0, Candidates).Select(step => end * (1 - (step / (float)Candidates)));
    }

    private double SquaredError(double low, double high)
    {
        var width = (double)(_maximum - _minimum) / Bins;
        var rounding = Math.Pow((high - low) / Levels, 2) / 12;
        var sum = 0.0;
        for (var bin = 0; bin < Bins; bin++)
        {
            var value = _minimum + ((bin + 0.5) * width);
            var beyond = Math.Max(Math.Max(low - value, value - high), 0);
            sum += _counts[bin] * (beyond > 0 ? beyond * beyond : rounding);
        }

        return sum;
    }
}
