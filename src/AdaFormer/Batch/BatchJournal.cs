using AdaFormer.IO;

namespace AdaFormer.Batch;

/// <summary>
/// Record of how the files in an output folder were made: JSON lines in <c>.adaformer-batch</c>, one file per shard. One line is written
/// before an output is started and another when it is done, so that a run killed in between recognises the output as its own. Thread-safe.
/// </summary>
internal sealed class BatchJournal
{
    /// <summary>Name of the folder within the output folder.</summary>
    public const string FolderName = ".adaformer-batch";
    private readonly string _outputFolder;
    private readonly string _folder;
    private readonly string _ownPath;
    private readonly Dictionary<string, JsonLines> _files = [];
    private readonly Dictionary<string, List<BatchRecord>> _done = [];
    private readonly Dictionary<string, HashSet<string>> _runs = [];
    private readonly Lock _lock = new();

    public BatchJournal(string outputFolder, BatchShard shard)
        : this(outputFolder, shard == BatchShard.All ? "journal.jsonl" : $"journal-{shard.Index}-of-{shard.Count}.jsonl") => Refresh();

    /// <summary>A journal that has read nothing yet.</summary>
    /// <param name="outputFolder">The output folder.</param>
    /// <param name="ownName">Name of the file to append to.</param>
    public BatchJournal(string outputFolder, string ownName)
    {
        _outputFolder = outputFolder;
        _folder = Path.Combine(outputFolder, FolderName);
        _ownPath = Path.Combine(_folder, ownName);
    }

    /// <summary>All outputs that any run has started.</summary>
    public IEnumerable<string> Outputs => _runs.Keys;

    private JsonLines Own => FileAt(_ownPath);

    /// <summary>Creates the folder and the journal if they are missing.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"No permission to write to the folder '{_outputFolder}'. Change its permissions or choose another folder.", e);
        }

        lock (_lock)
            Own.Check();
    }

    /// <exception cref="IOException">The journal cannot be written.</exception>
    public void Append(BatchRecord record)
    {
        lock (_lock)
            Own.Append(record);
    }

    /// <summary>Reads what this shard's processes have written since the last call.</summary>
    public void RefreshOwn()
    {
        lock (_lock)
            Take(Own);
    }

    /// <summary>Reads what all shards' processes have written since the last call.</summary>
    public void Refresh()
    {
        if (!Directory.Exists(_folder))
            return;
        lock (_lock)
        {
            foreach (var path in Directory.EnumerateFiles(_folder, "*.jsonl").Order(StringComparer.Ordinal))
                Take(FileAt(path));
        }
    }

    /// <summary>Whether any run, current or earlier, has started an output.</summary>
    /// <param name="output">The output's name.</param>
    /// <param name="except">A run to ignore.</param>
    public bool Knows(string output, string? except = null)
    {
        lock (_lock)
            return _runs.TryGetValue(output, out var runs) && runs.Any(run => run != except);
    }

    /// <summary>The record of a finished output, if the output exists, is undamaged, and was made from the same content with the same settings.</summary>
    public BatchRecord? Finished(BatchItem item, string inputSha256, string settings)
    {
        BatchRecord[] records;
        lock (_lock)
            records = _done.TryGetValue(item.Output, out var all) ? [.. all.Where(record => record.InputSha256 == inputSha256 && record.Settings == settings)] : [];
        return records.LastOrDefault(IsUntouched);
    }

    private bool IsUntouched(BatchRecord record)
    {
        var file = new FileInfo(Path.Combine(_outputFolder, record.Output));
        return file.Exists && file.Length == record.OutputBytes
            && (file.LastWriteTimeUtc == record.OutputModified || FileHash.Of(file.FullName) == record.OutputSha256);
    }

    private static T Of<T>(Dictionary<string, T> all, string output)
        where T : new() => all.TryGetValue(output, out var value) ? value : all[output] = new T();

    private JsonLines FileAt(string path) => _files.TryGetValue(path, out var file) ? file : _files[path] = new JsonLines(path);

    private void Take(JsonLines file)
    {
        foreach (var record in file.ReadNew())
        {
            Of(_runs, record.Output).Add(record.Run ?? "");
            if (record.Status == BatchStatus.Done)
                Of(_done, record.Output).Add(record);
        }
    }
}
