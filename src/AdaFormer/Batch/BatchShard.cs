using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AdaFormer.Batch;

/// <summary>
/// One of several equal shares of a batch. Which share a picture belongs to follows from the SHA-256 of its name alone, and so is the same
/// on every machine, whatever other pictures there are.
/// </summary>
/// <param name="Index">Which share, from 1.</param>
/// <param name="Count">How many shares there are.</param>
public sealed record BatchShard(int Index, int Count)
{
    /// <summary>Everything.</summary>
    public static BatchShard All { get; } = new(1, 1);

    /// <summary>Reads <c>2/8</c>, the second of eight.</summary>
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

    /// <summary>Whether a picture belongs to this share.</summary>
    /// <param name="name">The picture's <see cref="BatchInput.Name"/>.</param>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Count == (ulong)(Index - 1);
    }
}
