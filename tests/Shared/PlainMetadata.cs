using System.Buffers.Binary;
using System.Text;

namespace AdaFormer.Tests;

/// <summary>Metadata made from the specifications, apart from the code under test.</summary>
internal static class PlainMetadata
{
    public const string Camera = "A camera with a long name";

    /// <summary>A colour profile as far as its header goes; the rest is noise that compresses badly.</summary>
    public static byte[] Profile(string channels, int length = 700)
    {
        var profile = new byte[length];
        new Random(length).NextBytes(profile);
        BinaryPrimitives.WriteInt32BigEndian(profile, length);
        Put(profile, 8, [4, 0x40, 0, 0]);
        Put(profile, 12, "mntr"u8);
        Put(profile, 16, Encoding.ASCII.GetBytes(channels));
        Put(profile, 20, "XYZ "u8);
        Put(profile, 36, "acsp"u8);
        Put(profile, 64, [0, 0, 0, 0]);
        // No tags.
        Put(profile, 128, [0, 0, 0, 0]);
        return profile;
    }

    /// <summary>EXIF with a camera, an orientation, 300 pixels per inch, the size 40×30 and a user's tag, and a link to a thumbnail's directory.</summary>
    public static byte[] Exif(int orientation, bool bigEndian = false)
    {
        var exif = new byte[300];
        Put(exif, 0, bigEndian ? [(byte)'M', (byte)'M', 0, 42] : [(byte)'I', (byte)'I', 42, 0]);
        Write32(4, 8);
        Directory(8, [(271, 2, Camera.Length + 1, 150), (274, 3, 1, orientation), (282, 5, 1, 180), (283, 5, 1, 188), (296, 3, 1, 2), (34665, 4, 1, 100)], next: 220);
        Directory(100, [(40962, 3, 1, 40), (40963, 4, 1, 30)], next: 0);
        Put(exif, 150, Encoding.ASCII.GetBytes(Camera));
        foreach (var at in new[] { 180, 188 })
        {
            Write32(at, 300);
            Write32(at + 4, 1);
        }

        Directory(220, [(259, 3, 1, 6)], next: 0);
        return exif;

        void Directory(int at, (int Tag, int Type, int Count, int Value)[] entries, int next)
        {
            Write16(at, entries.Length);
            for (var i = 0; i < entries.Length; i++)
            {
                var entry = at + 2 + (12 * i);
                Write16(entry, entries[i].Tag);
                Write16(entry + 2, entries[i].Type);
                Write32(entry + 4, entries[i].Count);
                if (entries[i].Type == 3)
                    Write16(entry + 8, entries[i].Value);
                else
                    Write32(entry + 8, entries[i].Value);
            }

            Write32(at + 2 + (12 * entries.Length), next);
        }

        void Write16(int at, int value) => Put(exif, at, bigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)]);

        void Write32(int at, int value)
        {
            Write16(at + (bigEndian ? 0 : 2), value >> 16);
            Write16(at + (bigEndian ? 2 : 0), value & 0xFFFF);
        }
    }

    /// <summary>The number that EXIF data of <see cref="Exif"/>'s form say, read with their offsets known: none of the reader under test.</summary>
    public static int Number(byte[] exif, int tag)
    {
        var bigEndian = exif[0] == 'M';
        for (var at = 8; at < exif.Length - 12; at += 2)
        {
            if (Read(at, 2) == tag && Read(at + 2, 2) is 3 or 4 && Read(at + 4, 4) == 1)
                return Read(at + 8, Read(at + 2, 2) == 3 ? 2 : 4);
        }

        return -1;

        int Read(int at, int length) => Enumerable.Range(0, length).Sum(i => exif[at + i] << (8 * (bigEndian ? length - 1 - i : i)));
    }

    private static void Put(byte[] target, int at, ReadOnlySpan<byte> bytes) => bytes.CopyTo(target.AsSpan(at));
}
