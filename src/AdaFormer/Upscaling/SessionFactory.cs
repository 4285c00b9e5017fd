using Microsoft.ML.OnnxRuntime;

namespace AdaFormer;

/// <summary>Makes ONNX Runtime sessions on the device that was asked for.</summary>
internal static class SessionFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <exception cref="ModelFormatException">The bytes are no ONNX model, or one with something in it that is not allowed.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there.</exception>
    /// <exception cref="OnnxRuntimeUnavailableException">ONNX Runtime's native library is missing or too old.</exception>
    public static (InferenceSession Session, Device Device) Create(byte[] model, string name, ModelOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.GpuDeviceId, nameof(options));
        OnnxRuntimeLibrary.Require();
        if (!options.Trusted)
            OnnxCheck.Check(model, name);
        if (options.Device == Device.Cpu || (options.Device == Device.Auto && !OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider)))
            return (Create(model, name, options, cuda: false), Device.Cpu);
        try
        {
            return (Create(model, name, options, cuda: true), Device.Cuda);
        }
        catch (DeviceUnavailableException) when (options.Device == Device.Auto)
        {
            return (Create(model, name, options, cuda: false), Device.Cpu);
        }
    }

    private static InferenceSession Create(byte[] model, string name, ModelOptions options, bool cuda)
    {
        using var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // errors are thrown, and may be got over
            EnableMemoryPattern = false, // a plan for each size of picture would only be kept, hardly ever used again
        };
        if (cuda)
            AppendCuda(session, options.GpuDeviceId);
        try
        {
            return new InferenceSession(model, session);
        }
        catch (OnnxRuntimeException exception) when (cuda)
        {
            // A model that is at fault fails on the CPU too, and says so.
            Create(model, name, options, cuda: false).Dispose();
            throw NoCuda(exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelFormatException($"'{name}' is damaged or no ONNX model that ONNX Runtime can load. Get the file again, or export the weights again. ({exception.Message})", exception);
        }
    }

    private static void AppendCuda(SessionOptions session, int deviceId)
    {
        try
        {
            session.AppendExecutionProvider_CUDA(deviceId);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw NoCuda(exception);
        }
    }

    private static DeviceUnavailableException NoCuda(Exception exception) => new(
        "There is no usable CUDA device: this needs a GPU with its driver, and the package Microsoft.ML.OnnxRuntime.Gpu in place of Microsoft.ML.OnnxRuntime (build with -p:Cuda=true). Use the CPU otherwise.",
        exception);
}
