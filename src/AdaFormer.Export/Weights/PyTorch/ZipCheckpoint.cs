using System.IO.Compression;

namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>
/// The format of PyTorch since 1.6: an archive with one pickle, <c>NAME/data.pkl</c>, and each storage as a file
/// <c>NAME/data/KEY</c>, nothing compressed.
/// </summary>
internal sealed class ZipCheckpoint
{
    private const string PickleName = "data.pkl";
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly string _root;
    private long _unread;

    private ZipCheckpoint(ZipArchive archive, long length, string name)
    {
        (_name, _unread) = (name, length);
        foreach (var entry in archive.Entries)
            _entries.TryAdd(entry.FullName, entry);
        var pickle = _entries.Keys.FirstOrDefault(path => path == PickleName || path.EndsWith("/" + PickleName, StringComparison.Ordinal))
            ?? throw new WeightsFormatException($"'{name}' is a zip archive without a {PickleName}; expected one that torch.save wrote.");
        _root = pickle[..^PickleName.Length];
        if (_entries.Keys.Any(path => path.StartsWith(_root + "code/", StringComparison.Ordinal)))
            throw new WeightsFormatException($"'{name}' is a TorchScript program; expected a checkpoint of tensors, as torch.save writes a state dictionary.");
    }

    /// <exception cref="WeightsFormatException">The archive is damaged, or contains more than tensors.</exception>
    public static object? Read(byte[] bytes, string name)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            var checkpoint = new ZipCheckpoint(archive, bytes.Length, name);
            return checkpoint.Read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw new WeightsFormatException($"'{name}' is a damaged PyTorch checkpoint: {exception.Message} Get the file again.", exception);
        }
    }

    private object? Read()
    {
        if (_entries.ContainsKey(_root + "byteorder") && !Bytes("byteorder").AsSpan().SequenceEqual("little"u8))
            throw new WeightsFormatException($"'{_name}' was written on a big-endian machine, which is not supported; save it again on another.");
        var input = new PickleInput(Bytes(PickleName), _name);
        return new PickleMachine(input, id => Storage(input, id)).Read();
    }

    // ('storage', class, key, device, number of elements)
    private TorchStorage Storage(PickleInput input, object?[] id)
    {
        if (id is not ["storage", PickleGlobal { Elements: { } elements }, string key, string, long count, ..])
            throw input.Damaged("a storage is not described as PyTorch does");
        if (_storages.TryGetValue(key, out var known))
            return known.Elements == elements ? known : throw input.Damaged($"storage '{key}' has two types");
        var storage = new TorchStorage(elements, count) { Bytes = Bytes("data/" + key) };
        if (storage.Bytes.Length != storage.ByteLength)
            throw input.Damaged($"storage '{key}' of {count} elements has {storage.Bytes.Length} bytes instead of {storage.ByteLength}");
        return _storages[key] = storage;
    }

    // Every byte of the archive at most once: compressed or overlapping entries could expand to any amount of memory.
    private byte[] Bytes(string path)
    {
        if (!_entries.TryGetValue(_root + path, out var entry))
            throw new WeightsFormatException($"'{_name}' lacks '{path}', which its {PickleName} needs; the file is damaged. Get it again.");
        if (entry.CompressedLength != entry.Length || (_unread -= entry.Length) < 0)
            throw new WeightsFormatException($"'{_name}' has '{path}' of {entry.Length} bytes compressed or overlapping, which PyTorch never writes. Get the file again.");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }
}
