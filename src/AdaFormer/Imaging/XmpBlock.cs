using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AdaFormer.Imaging;

/// <summary>
/// The few numbers in an XMP packet that upscaling changes, written in place so that everything else stays byte for byte, and the packet as
/// long as it was while its padding lasts. No XML is parsed: a packet may be of any size, damaged, or made to hurt parsers.
/// (XMP specification, parts 1 and 2; Google's photo sphere metadata.)
/// </summary>
internal static class XmpBlock
{
    private const string Exif = "http://ns.adobe.com/exif/1.0/", Tiff = "http://ns.adobe.com/tiff/1.0/", Panorama = "http://ns.google.com/photos/1.0/panorama/";

    private static readonly (string Prefix, string Uri)[] Customary = [("exif", Exif), ("tiff", Tiff), ("GPano", Panorama)];

    // A property as an attribute or as an element.
    private static readonly Regex Numbers = Linear(
        """(?<prefix>[\w.-]+):(?<name>Orientation|PixelXDimension|PixelYDimension|ImageWidth|ImageLength|(CroppedAreaImage|FullPano)(Width|Height)Pixels|CroppedArea(Left|Top)Pixels)(\s*=\s*["']|(\s[^<>]*)?>)\s*(?<number>[0-9]{1,9})\s*["'<]""");

    private static readonly Regex Bindings = Linear("""xmlns:(?<prefix>[\w.-]+)\s*=\s*["'](?<uri>[^"'<>]*)["']""");

    /// <summary>A copy with orientation 1, and a panorama's sides exchanged if rows became columns.</summary>
    public static byte[] MakeUpright(byte[] xmp, bool wasOnItsSide) => Change(xmp, numbers => property => property switch
    {
        (Tiff, "Orientation") => ExifBlock.Upright,
        (Panorama, var name) when wasOnItsSide && numbers.TryGetValue((Panorama, Other(name)), out var other) => other,
        _ => null,
    });

    /// <summary>A copy with these pixel dimensions where it has any; a panorama's sides and margins are scaled as its picture is.</summary>
    public static byte[] WithPixelSize(byte[] xmp, int width, int height) => Change(xmp, numbers =>
    {
        var (across, down) = (Scale("Width", width), Scale("Height", height));
        return property => property switch
        {
            (Exif, "PixelXDimension") or (Tiff, "ImageWidth") => width,
            (Exif, "PixelYDimension") or (Tiff, "ImageLength") => height,
            (Panorama, var name) => Scaled(numbers[property], name.Contains("Width", StringComparison.Ordinal) || name.Contains("Left", StringComparison.Ordinal) ? across : down),
            _ => null,
        };

        // By the side that the picture is said to have, which without a part of its own is the whole panorama's.
        double Scale(string side, int size) =>
            (numbers.TryGetValue((Panorama, $"CroppedAreaImage{side}Pixels"), out var said) || numbers.TryGetValue((Panorama, $"FullPano{side}Pixels"), out said)) && said > 0 ? (double)size / said : 1;
    });

    private static long Scaled(long number, double scale) => (long)Math.Round(number * scale, MidpointRounding.AwayFromZero);

    private static string Other(string name) => name.Contains("Width", StringComparison.Ordinal) ? name.Replace("Width", "Height", StringComparison.Ordinal)
        : name.Contains("Height", StringComparison.Ordinal) ? name.Replace("Height", "Width", StringComparison.Ordinal)
        : name.Contains("Left", StringComparison.Ordinal) ? name.Replace("Left", "Top", StringComparison.Ordinal)
        : name.Replace("Top", "Left", StringComparison.Ordinal);

    private static byte[] Change(byte[] xmp, Func<Dictionary<(string Space, string Name), long>, Func<(string Space, string Name), long?>> rules)
    {
        // Latin-1 round-trips any bytes.
        var text = Encoding.Latin1.GetString(xmp);
        var found = Numbers.Matches(text).ToArray();
        if (found.Length == 0)
            return xmp;
        var spaces = new Dictionary<string, string>();
        foreach (Match binding in Bindings.Matches(text))
            spaces.TryAdd(binding.Groups["prefix"].Value, binding.Groups["uri"].Value);
        // Some packets leave the customary prefixes unbound.
        foreach (var (prefix, uri) in Customary)
            spaces.TryAdd(prefix, uri);
        var numbers = new Dictionary<(string, string), long>();
        foreach (var match in found)
            numbers.TryAdd(Property(match), long.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture));

        var (rule, changed, end) = (rules(numbers), new StringBuilder(), 0);
        foreach (var match in found)
        {
            if (rule(Property(match)) is not { } value)
                continue;
            var number = match.Groups["number"];
            changed.Append(text, end, number.Index - end).Append(value.ToString(CultureInfo.InvariantCulture));
            end = number.Index + number.Length;
        }

        return end == 0 ? xmp : Encoding.Latin1.GetBytes(Padded(changed.Append(text, end, text.Length - end).ToString(), text.Length));

        (string, string) Property(Match match) => (spaces.GetValueOrDefault(match.Groups["prefix"].Value, ""), match.Groups["name"].Value);
    }

    // Before its last instruction a packet has white space to be used up.
    private static string Padded(string packet, int length)
    {
        var end = packet.LastIndexOf("<?xpacket end", StringComparison.Ordinal);
        if (end < 0 || packet.Length == length)
            return packet;
        if (packet.Length < length)
            return packet.Insert(end, new string(' ', length - packet.Length));
        var padding = end - packet.AsSpan(0, end).TrimEnd(' ').Length;
        var used = Math.Min(padding, packet.Length - length);
        return packet.Remove(end - used, used);
    }

    private static Regex Linear(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}
