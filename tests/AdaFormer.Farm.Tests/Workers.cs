using System.Diagnostics;

namespace AdaFormer.Farm.Tests;

/// <summary>Workers as processes of their own, which are killed.</summary>
/// <param name="start">Starts one.</param>
/// <param name="log">Gets what they have to say.</param>
/// <param name="count">How many there are at any time.</param>
internal sealed class Workers(Func<Process> start, Action<string> log, int count) : IDisposable
{
    private readonly Process[] _processes = [.. Enumerable.Range(0, count).Select(_ => Listened(start, log))];

    public int Count => count;

    /// <summary>Kills one with SIGKILL, and starts another.</summary>
    public void Kill(int index)
    {
        _processes[index].Kill();
        _processes[index].WaitForExit();
        _processes[index].Dispose();
        _processes[index] = Listened(start, log);
    }

    /// <summary>Tells all to stop, and waits until they have.</summary>
    public void Stop()
    {
        foreach (var worker in _processes)
        {
            FarmFixture.Signal(worker.Id, FarmFixture.SigTerm);
            Assert.IsTrue(worker.WaitForExit(TimeSpan.FromMinutes(1)), "a worker does not stop");
        }
    }

    public void Dispose()
    {
        foreach (var worker in _processes)
        {
            if (!worker.HasExited)
                worker.Kill();
            worker.Dispose();
        }
    }

    // It must not wait for somebody who reads.
    private static Process Listened(Func<Process> start, Action<string> log)
    {
        var worker = start();
        worker.OutputDataReceived += (_, _) => { };
        worker.ErrorDataReceived += (_, line) => log(line.Data ?? "");
        worker.BeginOutputReadLine();
        worker.BeginErrorReadLine();
        return worker;
    }
}
