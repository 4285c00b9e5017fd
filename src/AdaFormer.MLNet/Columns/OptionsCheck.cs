namespace AdaFormer.MLNet.Columns;

/// <summary>Rejects invalid options before anything is read.</summary>
internal static class OptionsCheck
{
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static void Check(AdaFormerUpscalingOptions options)
    {
        Require(!string.IsNullOrEmpty(options.OutputColumnName), "OutputColumnName is empty; expected the name of a column.");
        Require(options.InputColumnName != "", "InputColumnName is empty; expected the name of a column, or null for the output's.");
        Require(options.Upscaling is not null && options.ModelOptions is not null, "Upscaling or ModelOptions is null; expected options, or the defaults.");
        Require(options.Upscaling!.HaltingThreshold is not { } threshold || !float.IsNaN(threshold), "HaltingThreshold is NaN; expected a number, such as 0.95.");
        Require(options.Model is null || options.ModelBytes is null, "Both Model and ModelBytes are set; expected one of them.");
        Require(
            options.ModelBytes is null || options.ModelStorage == ModelStorage.Inside,
            "ModelBytes cannot be found again by name; expected ModelStorage.Inside, or Model instead.");
        Require(options.ModelOptions!.GpuDeviceId >= 0, $"GpuDeviceId is {options.ModelOptions.GpuDeviceId}; expected 0 or more, or Device.Cpu for the CPU.");
        Require(options.ModelOptions.Threads >= 0, $"Threads is {options.ModelOptions.Threads}; expected 0 or more.");
        Require(!options.ModelOptions.Trusted, "Trusted has no effect on a pipeline, whose model is always checked when it is loaded; leave it out.");
        Require(
            options.Upscaling.TileSize is not <= 0 && options.Upscaling.TileOverlap is not < 0,
            $"TileSize is {options.Upscaling.TileSize} and TileOverlap {options.Upscaling.TileOverlap}; expected a positive size and a non-negative overlap.");
        string?[] names = [options.OutputColumnName, options.HaltingDepthColumnName, options.HaltedShareColumnName];
        var given = names.OfType<string>().ToArray();
        Require(given.Distinct().Count() == given.Length && !given.Contains(""), $"The output columns are '{string.Join("', '", given)}'; expected different names.");
        if (options.VectorLayout is { } layout)
        {
            Require(layout.Channels is 1 or 3 or 4, $"VectorLayout.Channels is {layout.Channels}; expected 1, 3 or 4.");
            Require(layout.Maximum is 1 or byte.MaxValue, $"VectorLayout.Maximum is {layout.Maximum}; expected 255 or 1.");
        }

        static void Require(bool condition, string message)
        {
            if (!condition)
                throw new ArgumentException(message, nameof(options));
        }
    }
}
