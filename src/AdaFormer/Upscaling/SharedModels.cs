using System.Security.Cryptography;

namespace AdaFormer;

/// <summary>
/// Models shared by a whole process: requests for the same bytes with the same options get the same instance, so that there is one session
/// however many users a model has. Thread-safe. An instance lives as long as it is referenced; never dispose it.
/// </summary>
public static class SharedModels
{
    private static readonly Dictionary<Key, Entry> Entries = [];
    private static int _loads;

    /// <summary>Number of models loaded since the process started.</summary>
    internal static int Loads => Volatile.Read(ref _loads);

    /// <summary>Gets the model of these bytes, loading it if necessary.</summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    /// <param name="options">Device and threads; <see langword="null"/> for the defaults.</param>
    /// <param name="name">The model's name in error messages.</param>
    /// <exception cref="ModelFormatException">The bytes are damaged or another kind of model.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    public static UpscalingModel Get(byte[] model, ModelOptions? options = null, string name = "model")
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ModelOptions();
        var key = new Key(Convert.ToHexStringLower(SHA256.HashData(model)), options.Device, options.GpuDeviceId, options.Threads, options.Trusted, options.Range);
        Entry entry;
        lock (Entries)
        {
            if (!Entries.TryGetValue(key, out entry!))
                Entries[key] = entry = new Entry();
        }

        // Loading takes a while: others wait for this model only.
        lock (entry)
        {
            if (entry.Model is not null && entry.Model.TryGetTarget(out var loaded))
                return loaded;
            loaded = UpscalingModel.Load(model, name, options);
            Interlocked.Increment(ref _loads);
            entry.Model = new WeakReference<UpscalingModel>(loaded);
            return loaded;
        }
    }

    private readonly record struct Key(string Sha256, Device Device, int GpuDeviceId, int Threads, bool Trusted, PixelRange? Range);

    private sealed class Entry
    {
        public WeakReference<UpscalingModel>? Model { get; set; }
    }
}
