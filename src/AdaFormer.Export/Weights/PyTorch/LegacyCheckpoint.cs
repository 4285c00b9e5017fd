using System.Numerics;

namespace AdaFormer.Export.Weights.PyTorch;

/// <summary>
/// The format of PyTorch before 1.6: pickles of a magic number, a version, the machine's sizes, the object and the storages' keys, then
/// each storage: its number of elements as a 64-bit integer, and the elements.
/// </summary>
internal static class LegacyCheckpoint
{
    private const int Version = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <exception cref="WeightsFormatException">The file is damaged, or contains more than tensors.</exception>
    public static object? Read(ReadOnlyMemory<byte> bytes, string name)
    {
        var input = new PickleInput(bytes, name);
        if (Next() is not BigInteger magic || magic != Magic)
            throw new WeightsFormatException($"'{name}' is a pickle, but not a PyTorch checkpoint; expected a file that torch.save wrote.");
        if (Next() is not (long)Version)
            throw input.Damaged("its version is not 1001");
        if (Next() is Dictionary<object, object?> machine && machine.GetValueOrDefault("little_endian") is false)
            throw new WeightsFormatException($"'{name}' was written on a big-endian machine, which is not supported; save it again on another.");
        var storages = new Dictionary<string, TorchStorage>(StringComparer.Ordinal);
        var found = new PickleMachine(input, id => Storage(input, id, storages)).Read();
        if (Next() is not List<object?> keys)
            throw input.Damaged("it has no list of storages");
        foreach (var key in keys)
        {
            if (key is not string text || !storages.TryGetValue(text, out var storage) || storage.Count != input.Int64())
                throw input.Damaged($"storage '{key}' is not the one that its tensors need");
            storage.Bytes = input.Memory(storage.ByteLength);
        }

        return storages.FirstOrDefault(pair => pair.Value.Bytes.Length != pair.Value.ByteLength) is { Key: { } missing }
            ? throw input.Damaged($"storage '{missing}' is missing")
            : found;

        object? Next() => new PickleMachine(input, _ => throw input.Damaged("a storage stands in its header")).Read();
    }

    // ('storage', class, key, device, number of elements, part of another storage)
    private static TorchStorage Storage(PickleInput input, object?[] id, Dictionary<string, TorchStorage> storages)
    {
        if (id is not ["storage", PickleGlobal { Elements: { } elements }, string key, string, long count and >= 0 and < int.MaxValue, null])
            throw input.Damaged("a storage is not described as PyTorch does, or is a part of another");
        if (!storages.TryGetValue(key, out var storage))
            return storages[key] = new TorchStorage(elements, count);
        return storage.Elements == elements && storage.Count == count ? storage : throw input.Damaged($"storage '{key}' has two types");
    }
}
