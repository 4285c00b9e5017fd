using Microsoft.ML.OnnxRuntime;

namespace AdaFormer;

/// <summary>Creates ONNX Runtime sessions on the requested device.</summary>
internal static class SessionFactory
{
    // Devices other than the CPU; Device.Auto takes the first that is available.
    private static readonly ExecutionProvider[] Providers =
    [
        new(Device.Cuda, "CUDAExecutionProvider", (session, options) => session.AppendExecutionProvider_CUDA(options.GpuDeviceId),
            "There is no usable CUDA device: this needs a GPU with its driver, and the package Microsoft.ML.OnnxRuntime.Gpu in place of Microsoft.ML.OnnxRuntime (build with -p:Cuda=true). Use the CPU otherwise."),
    ];

    /// <param name="model">The bytes of the model, checked unless they are trusted.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="options">Device and threads.</param>
    /// <param name="profile">Records its runs; <see langword="null"/>: nothing is recorded.</param>
    /// <exception cref="ModelFormatException">The bytes are not an ONNX model.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not available.</exception>
    /// <exception cref="OnnxRuntimeUnavailableException">ONNX Runtime's native library is missing or too old.</exception>
    public static (InferenceSession Session, Device Device) Create(byte[] model, string name, ModelOptions options, RunProfile? profile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.GpuDeviceId, nameof(options));
        OnnxRuntimeLibrary.Require();
        foreach (var provider in Providers.Where(provider => options.Device == provider.Device || (options.Device == Device.Auto && provider.IsThere)))
        {
            try
            {
                return (Create(model, name, options, profile, provider), provider.Device);
            }
            catch (DeviceUnavailableException) when (options.Device == Device.Auto)
            {
            }
        }

        return (Create(model, name, options, profile, provider: null), Device.Cpu);
    }

    private static InferenceSession Create(byte[] model, string name, ModelOptions options, RunProfile? profile, ExecutionProvider? provider)
    {
        using var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // errors are thrown, and may be recovered from
            EnableMemoryPattern = false, // a plan for each picture size would be kept but hardly ever reused
        };
        if (profile is not null)
            (session.ProfileOutputPathPrefix, session.EnableProfiling) = (profile.Prefix, true);
        provider?.Append(session, options);
        try
        {
            return new InferenceSession(model, session);
        }
        catch (OnnxRuntimeException exception) when (provider is not null)
        {
            // If the model is at fault, it fails on the CPU too and throws.
            Create(model, name, options, profile: null, provider: null).Dispose();
            throw provider.Missing(exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelFormatException($"'{name}' is damaged or not an ONNX model that ONNX Runtime can load. Get the file again, or export the weights again. ({exception.Message})", exception);
        }
    }

    /// <summary>An execution provider, which runs graphs on a device.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Name">ONNX Runtime's name of the provider.</param>
    /// <param name="AppendTo">Adds it to a session's options.</param>
    /// <param name="WhatIsMissing">The error message if it is not available.</param>
    private sealed record ExecutionProvider(Device Device, string Name, Action<SessionOptions, ModelOptions> AppendTo, string WhatIsMissing)
    {
        public bool IsThere => OrtEnv.Instance().GetAvailableProviders().Contains(Name);

        public void Append(SessionOptions session, ModelOptions options)
        {
            try
            {
                AppendTo(session, options);
            }
            catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
            {
                throw Missing(exception);
            }
        }

        public DeviceUnavailableException Missing(Exception exception) => new(WhatIsMissing, exception);
    }
}
