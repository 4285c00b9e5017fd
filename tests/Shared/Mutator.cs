using System.Buffers.Binary;

namespace AdaFormer.Tests;

/// <summary>Damages files in the ways that break readers. The same seed and number give the same file.</summary>
/// <param name="files">The files to damage.</param>
/// <param name="seed">Which run of damages.</param>
/// <param name="repair">Makes checksums and lengths right again, so that the damage gets past them; done to half of the files.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> files, int seed, Func<byte[], byte[]>? repair = null)
{
    private static readonly uint[] Telling = [0, 1, 2, 4, 8, 16, 31, 32, 64, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    public byte[] File(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var file = files[random.Next(files.Count)].ToList();
        for (var damages = 1 + random.Next(4); damages > 0; damages--)
            Damage(file, random);
        var damaged = file.ToArray();
        return repair is not null && random.Next(2) == 0 ? repair(damaged) : damaged;
    }

    private void Damage(List<byte> file, Random random)
    {
        if (file.Count == 0)
            file.Add(0);
        // Headers are where the damage is worst.
        var at = random.Next(2) == 0 ? random.Next(Math.Min(file.Count, 96)) : random.Next(file.Count);
        var length = 1 + random.Next(Math.Min(random.Next(2) == 0 ? 8 : 256, file.Count - at));
        switch (random.Next(9))
        {
            case 0:
            case 1:
                file[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                file[at] = (byte)random.Next(256);
                break;
            case 3:
            case 4:
                Overwrite(file, at, random);
                break;
            case 5:
                file.RemoveRange(at, length);
                break;
            case 6:
                file.InsertRange(random.Next(file.Count), file.GetRange(at, length));
                break;
            case 7:
                file.RemoveRange(at, file.Count - at);
                break;
            default:
                var other = files[random.Next(files.Count)];
                var from = random.Next(other.Length);
                file.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)));
                break;
        }
    }

    private static void Overwrite(List<byte> file, int at, Random random)
    {
        var bytes = new byte[4];
        var value = Telling[random.Next(Telling.Length)];
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        for (var i = 0; i < (random.Next(2) == 0 ? 2 : 4) && at + i < file.Count; i++)
            file[at + i] = bytes[i];
    }
}
