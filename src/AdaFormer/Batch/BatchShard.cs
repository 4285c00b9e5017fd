using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AdaFormer.Batch;

/// <summary>
/// One of several equal shards of a batch. A picture's shard depends only on the SHA-256 of its name, and so is the same on every machine,
/// independent of the other pictures.
/// </summary>
/// <param name="Index">Number of the shard, from 1.</param>
/// <param name="Count">Number of shards.</param>
public sealed record BatchShard(int Index, int Count)
{
    /// <summary>The whole batch.</summary>
    public static BatchShard All { get; } = new(1, 1);

    /// <summary>Parses text such as <c>2/8</c>, the second shard of eight.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BatchShard? shard)
    {
        ArgumentNullException.ThrowIfNull(text);
        shard = null;
        if (text.Split('/') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || index < 1 || index > count)
            return false;
        shard = new BatchShard(index, count);
        return true;
    }

    /// <summary>Whether a picture belongs to this shard.</summary>
    /// <param name="name">The picture's <see cref="BatchInput.Name"/>.</param>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Count == (ulong)(Index - 1);
    }
}
