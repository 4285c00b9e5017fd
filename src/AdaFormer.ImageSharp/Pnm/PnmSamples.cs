using System.Buffers.Binary;
using System.Globalization;
using AdaFormer.Imaging;

namespace AdaFormer.ImageSharp.Pnm;

/// <summary>Reads the samples of a PGM or PPM, and counts those that cannot be.</summary>
/// <param name="maximum">The header's largest sample, which becomes white: 1 to 65535.</param>
/// <param name="bitDepth">Bits of a sample of the picture, 8 or 16.</param>
internal sealed class PnmSamples(int maximum, int bitDepth)
{
    private readonly int _full = (1 << bitDepth) - 1;

    /// <summary>Number of samples above the largest; white took their place.</summary>
    public int Beyond { get; private set; }

    /// <summary>Reads bytes, two for each sample of 16 bits, the higher one first.</summary>
    /// <exception cref="EndOfStreamException">Some are missing.</exception>
    public void ReadBinary(Stream file, Picture picture)
    {
        var bytes = new byte[picture.Width * picture.Channels * (bitDepth / 8)];
        for (var y = 0; y < picture.Height; y++)
        {
            file.ReadExactly(bytes);
            for (var i = 0; i < picture.Width * picture.Channels; i++)
                Put(picture, y, i, bitDepth == 8 ? bytes[i] : BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2 * i)));
        }
    }

    /// <summary>Reads numbers with white space and comments between them; what is missing is black.</summary>
    /// <param name="file">The file, at its samples.</param>
    /// <param name="picture">Receives them.</param>
    /// <param name="isCut">Whether samples are missing, and zeros stand in their place.</param>
    /// <exception cref="PictureFormatException">There is something else.</exception>
    public void ReadText(Stream file, Picture picture, bool isCut)
    {
        using var text = new BufferedStream(file, 1 << 16);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var i = 0; i < picture.Width * picture.Channels; i++)
                Put(picture, y, i, ReadNumber(text, isCut));
        }
    }

    private static int ReadNumber(Stream text, bool isCut)
    {
        var (number, found) = (0L, false);
        for (int next; (next = text.ReadByte()) >= 0 && !(isCut && next == 0);)
        {
            if (next is >= '0' and <= '9')
                (number, found) = (Math.Min((number * 10) + next - '0', int.MaxValue), true);
            else if (next is not ('#' or ' ' or (>= '\t' and <= '\r')))
                throw new PictureFormatException(string.Create(CultureInfo.InvariantCulture, $"The PNM is damaged: among its samples is the byte {next}, which is no digit. Get the file again."));
            else if (found && next != '#')
                break;
            while (next == '#' && text.ReadByte() is >= 0 and not '\n')
            {
            }
        }

        return (int)number;
    }

    private void Put(Picture picture, int y, int i, int sample)
    {
        if (sample > maximum)
            Beyond++;
        var scaled = ((2L * Math.Min(sample, maximum) * _full) + maximum) / (2L * maximum);
        if (bitDepth == 8)
            picture.Row8(y)[i] = (byte)scaled;
        else
            picture.Row16(y)[i] = (ushort)scaled;
    }
}
