using System.Collections.Concurrent;

namespace AdaFormer.Web.Jobs;

/// <summary>A result that waits to be fetched.</summary>
/// <param name="Folder">Its files.</param>
/// <param name="Outcome">What became of the picture.</param>
/// <param name="Expires">When it is deleted.</param>
internal sealed record StoredResult(WorkFolder Folder, Outcome Outcome, DateTimeOffset Expires);

/// <summary>Keeps results for some minutes, and no more than a number of them.</summary>
internal sealed class ResultStore : IDisposable
{
    private const int Maximum = 64;
    private readonly ConcurrentDictionary<Guid, StoredResult> _results = [];
    private readonly TimeSpan _keep;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public ResultStore(TimeSpan keep, TimeProvider time)
    {
        (_keep, _time) = (keep, time);
        _sweep = time.CreateTimer(_ => Sweep(Maximum), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
    }

    /// <summary>Number of results.</summary>
    public int Count => _results.Count;

    /// <summary>Keeps a result, whose folder belongs to the store from now on.</summary>
    public Guid Add(WorkFolder folder, Outcome outcome)
    {
        Sweep(Maximum - 1);
        var id = Guid.NewGuid();
        _results[id] = new StoredResult(folder, outcome, _time.GetUtcNow() + _keep);
        return id;
    }

    /// <summary>Finds a result.</summary>
    public StoredResult? Find(Guid id) => _results.GetValueOrDefault(id);

    /// <summary>Deletes a result.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(Guid id)
    {
        if (!_results.TryRemove(id, out var result))
            return false;
        result.Folder.Dispose();
        return true;
    }

    public void Dispose()
    {
        _sweep.Dispose();
        Sweep(0);
    }

    // The oldest go first.
    private void Sweep(int maximum)
    {
        var results = _results.OrderBy(pair => pair.Value.Expires).ToArray();
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Value.Expires < _time.GetUtcNow() || i < results.Length - maximum)
                Remove(results[i].Key);
        }
    }
}
