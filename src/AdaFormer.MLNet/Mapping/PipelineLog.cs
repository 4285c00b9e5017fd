using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace AdaFormer.MLNet.Mapping;

/// <summary>
/// Writes to the <see cref="MLContext.Log"/> of a pipeline fitted in this process. A mapping gets no host environment, so the rows carry the
/// number of their log.
/// </summary>
internal static class PipelineLog
{
    private static readonly ConcurrentDictionary<int, WeakReference<IHostEnvironment>> Environments = [];
    private static int _last;

    /// <summary>Starts a log and returns its number.</summary>
    public static int Begin(TransformsCatalog catalog)
    {
        foreach (var (ended, _) in Environments.Where(entry => !entry.Value.TryGetTarget(out _)))
            Environments.TryRemove(ended, out _);
        var number = Interlocked.Increment(ref _last);
        if (EnvironmentOf(catalog) is { } environment)
            Environments[number] = new WeakReference<IHostEnvironment>(environment);
        return number;
    }

    /// <summary>Writes a line, if the log still exists.</summary>
    public static void Tell(int? number, string message)
    {
        if (number is null || !Environments.TryGetValue(number.Value, out var reference) || !reference.TryGetTarget(out var environment))
            return;
        using var channel = environment.Start("AdaFormerUpscale");
        channel.Info(MessageSensitivity.None, message);
    }

    // ML.NET shows a catalog's environment only to its own assemblies; without it nothing is logged.
    private static IHostEnvironment? EnvironmentOf(TransformsCatalog catalog) =>
        catalog.GetType().GetInterfaces().Select(type => type.GetProperty("Environment", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            .FirstOrDefault(property => property is not null)?.GetValue(catalog) as IHostEnvironment;
}
