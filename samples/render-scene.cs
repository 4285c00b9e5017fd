#:project ../src/AdaFormer/AdaFormer.csproj
#:property PublishAot=false

// Draws the project's own test picture: content that is easy for super-resolution (sky, water) next to what is hard (bricks, leaves,
// small text, railings, cloth, rings). Run it with "dotnet run samples/render-scene.cs"; it writes scene.png, 960×640 pixels, and
// scene-small.png, a quarter of that on each side.

using System.Numerics;
using System.Runtime.CompilerServices;
using AdaFormer.Imaging;
using AdaFormer.IO;
using AdaFormer.Imaging.Png;

const int width = 960, height = 640, samplesPerSide = 4;
var picture = new Picture(width, height, PixelLayout.Rgb);
Parallel.For(0, height, y =>
{
    var row = picture.Row8(y);
    for (var x = 0; x < width; x++)
    {
        var sum = Vector3.Zero;
        for (var i = 0; i < samplesPerSide * samplesPerSide; i++)
            sum += Scene.At(x + (i % samplesPerSide + 0.5f) / samplesPerSide, y + (i / samplesPerSide + 0.5f) / samplesPerSide);
        var color = Vector3.Clamp(sum / (samplesPerSide * samplesPerSide), Vector3.Zero, Vector3.One) * 255;
        for (var channel = 0; channel < 3; channel++)
            row[3 * x + channel] = (byte)MathF.Round(color[channel]);
    }
});
Save(picture, "scene.png");
Save(BicubicResampler.Downscale(picture, 4), "scene-small.png");

static void Save(Picture picture, string name, [CallerFilePath] string script = "") =>
    AtomicFile.Write(Path.Combine(Path.GetDirectoryName(script)!, name), overwrite: true, stream => PngFile.Save(picture, stream));

/// <summary>The colour at each point, from front to back.</summary>
internal static class Scene
{
    private const float Waterline = 506, Quay = 482;

    public static Vector3 At(float x, float y) => y < Waterline ? Land(x, y) : Water(x, y);

    private static Vector3 Water(float x, float y)
    {
        var depth = y - Waterline;
        var ripple = Noise.Fractal(x / (26 + depth * 0.5f), depth / (2.5f + depth * 0.05f), 3) - 0.5f;
        var mirrored = Land(x + ripple * (6 + depth * 0.12f), Waterline - depth * 2.1f + ripple * 10);
        var clear = 0.34f + 0.2f * depth / 134;
        var color = Vector3.Lerp(mirrored, Rgb(0x2F5560), clear) + new Vector3(ripple * 0.16f);
        return depth < 3 ? color * (0.5f + depth / 6) : color;
    }

    private static Vector3 Land(float x, float y) =>
        Railing.At(x, y) ?? House.At(x, y) ?? Quayside(x, y) ?? Tree.At(x, y) ?? Meadow(x, y) ?? Hills(x, y) ?? Sky(x, y);

    private static Vector3? Quayside(float x, float y)
    {
        if (y < Quay)
            return null;
        var row = MathF.Floor((y - Quay) / 12);
        var along = x / 38 + row * 0.5f;
        var joint = MathF.Min(Fraction((y - Quay) / 12) * 12, Fraction(along) * 38) < 1.4f;
        var stone = 0.85f + 0.25f * Noise.Hash((int)MathF.Floor(along), (int)row, 5) + 0.25f * (Noise.Fractal(x / 3, y / 3, 2) - 0.5f);
        return joint ? Rgb(0x4B473F) : Rgb(0x8D887B) * stone;
    }

    private static Vector3? Meadow(float x, float y)
    {
        var edge = 392 + 8 * Noise.Fractal(x / 60, 0, 2) + 3 * Noise.At(x / 2.2f, 7);
        if (y < edge)
            return null;
        var near = (y - 392) / (Quay - 392);
        var blade = Noise.At(x / (1.2f + near) + 2 * Noise.At(x / 9, y / 9), y / (4 + 9 * near));
        var patch = Noise.Fractal(x / 45, y / 14, 3);
        var color = Vector3.Lerp(Rgb(0x5E8A3A), Rgb(0x9DB35A), patch) * (0.68f + 0.55f * blade);
        var (cellX, cellY) = ((int)MathF.Floor(x / 11), (int)MathF.Floor(y / 9));
        var flower = new Vector2(x / 11 - cellX - 0.2f - 0.6f * Noise.Hash(cellX, cellY, 1), (y / 9 - cellY - 0.5f) * 0.8f).Length();
        var tint = Noise.Hash(cellX, cellY, 2);
        return flower < 0.17f && tint > 0.72f ? (tint > 0.9f ? Rgb(0xF4EFE6) : tint > 0.81f ? Rgb(0xE8C53A) : Rgb(0xC9546B)) : color;
    }

    private static Vector3? Hills(float x, float y)
    {
        var near = 352 - 34 * MathF.Sin(x / 170 + 0.6f) - 30 * Noise.Fractal(x / 120, 3, 3) - 5 * Noise.At(x / 4.5f, 1);
        var far = 330 - 46 * MathF.Sin(x / 250 - 1.9f) - 52 * Noise.Fractal(x / 95, 9, 5);
        if (y > near)
        {
            var woods = Noise.Fractal(x / 5, y / 4, 3) * 0.5f + Noise.Fractal(x / 50, y / 20, 2) * 0.5f;
            return Vector3.Lerp(Rgb(0x41633F), Rgb(0x86A05C), woods) * 0.95f + new Vector3(0.05f);
        }

        return y > far ? Vector3.Lerp(Rgb(0x7F97AE), Rgb(0xA9BAC0), Noise.Fractal(x / 30, y / 18, 4) * 0.8f + (y - far) / 260) : null;
    }

    private static Vector3 Sky(float x, float y)
    {
        var sky = Vector3.Lerp(Rgb(0x3D7CC4), Rgb(0xDCE8EA), MathF.Pow(Math.Clamp(y / 380, 0, 1), 0.8f));
        var cloud = Cloud(x, y);
        var cover = SmoothStep(0.48f, 0.7f, cloud);
        var shade = SmoothStep(-0.06f, 0.12f, cloud - Cloud(x - 12, y - 16));
        return Vector3.Lerp(sky, Vector3.Lerp(Rgb(0xC3CBD6), Rgb(0xFDFBF6), 0.35f + 0.65f * shade), cover * 0.92f);
    }

    private static float Cloud(float x, float y) => Noise.Fractal(x / 150 + 3, y / 80 + 0.5f * Noise.Fractal(x / 60, y / 45, 2), 5);

    public static Vector3 Rgb(int hex) => new Vector3(hex >> 16, (hex >> 8) & 255, hex & 255) / 255;

    public static float Fraction(float value) => value - MathF.Floor(value);

    public static float SmoothStep(float low, float high, float value)
    {
        var t = Math.Clamp((value - low) / (high - low), 0, 1);
        return t * t * (3 - 2 * t);
    }
}

/// <summary>A brick house with a shop.</summary>
internal static class House
{
    private const float Left = 56, Right = 436, Top = 118, Bottom = 482;

    public static Vector3? At(float x, float y) => HangingSign(x, y) ?? Awning(x, y) ?? (Inside(x, y, Left, Top, Right, Bottom) ? Front(x, y) : Roof(x, y));

    private static bool Inside(float x, float y, float left, float top, float right, float bottom) => x >= left && x < right && y >= top && y < bottom;

    // A zone plate: rings that become finer outwards, as in test charts.
    private static Vector3? HangingSign(float x, float y)
    {
        var radius = new Vector2(x - 482, y - 258).Length();
        if (radius < 41)
            return radius > 37 ? Scene.Rgb(0x2B2522) : Vector3.Lerp(Scene.Rgb(0xF3ECDC), Scene.Rgb(0x1F3A5F), 0.5f + 0.5f * MathF.Cos(radius * radius / 38));
        var bracket = Inside(x, y, Right, 204, 496, 208) || MathF.Abs(x - 482) < 1.3f && y is > 206 and < 218 || x is > Right and < 470 && MathF.Abs(x - Right - (244 - y)) < 1.6f;
        return bracket ? Scene.Rgb(0x26221F) : null;
    }

    private static Vector3? Awning(float x, float y)
    {
        const float top = 336, bottom = 372;
        var spread = (y - top) / (bottom - top) * 12;
        var (left, right) = (74 - spread, 418 + spread);
        var stripe = (x - left) / (right - left) * 20;
        var scallop = bottom + 7 * MathF.Sqrt(MathF.Max(0, 1 - MathF.Pow(2 * Scene.Fraction(stripe) - 1, 2)));
        if (x < left || x > right || y < top || y > scallop)
            return null;
        var color = (int)stripe % 2 == 0 ? Scene.Rgb(0xB5322E) : Scene.Rgb(0xF2E8D3);
        return color * (y > bottom ? 0.8f : 1.06f - 0.2f * (y - top) / (bottom - top)) * (0.97f + 0.06f * Noise.At(x / 2, y / 2));
    }

    private static Vector3? Roof(float x, float y)
    {
        if (Inside(x, y, 340, 40, 378, 92))
            return y < 48 ? Scene.Rgb(0x5A4A42) : Bricks(x, y) * (x > 366 ? 0.65f : 0.9f);
        var slope = (Top - y) * 0.75f;
        if (y is < 62 or >= Top || x < Left - 14 + slope || x > Right + 14 - slope)
            return null;
        if (y > Top - 6)
            return Scene.Rgb(0xE6DFCF) * (y > Top - 2 ? 0.7f : 1);
        var row = MathF.Floor((Top - y) / 7);
        var along = x / 13 + row * 0.5f;
        var slate = 0.7f + 0.4f * Noise.Hash((int)MathF.Floor(along), (int)row, 8);
        return Scene.Rgb(0x5C6672) * (Scene.Fraction((Top - y) / 7) < 0.2f || Scene.Fraction(along) < 0.1f ? 0.55f : slate);
    }

    private static Vector3 Front(float x, float y)
    {
        // Three windows of one kind, 124 pixels apart.
        if (Window(Scene.Fraction((x - 52) / 124) * 124 - 40, y - 150) is { } window)
            return window;
        var color = Inside(x, y, 74, 284, 418, 336) ? Sign(x, y) : Inside(x, y, 80, 336, 412, 470) ? Shop(x, y) : y > 470 ? Scene.Rgb(0x77716A) : Bricks(x, y);
        var shadow = y is > 336 and < 398 ? 0.55f + 0.45f * Scene.SmoothStep(372, 398, y) : 1;
        return color * shadow * (y < Top + 12 ? 0.72f : 1);
    }

    private static Vector3 Bricks(float x, float y)
    {
        const float brickWidth = 24, brickHeight = 9;
        var row = MathF.Floor(y / brickHeight);
        var along = x / brickWidth + row * 0.5f;
        if (Scene.Fraction(y / brickHeight) * brickHeight < 1.5f || Scene.Fraction(along) * brickWidth < 1.5f)
            return Scene.Rgb(0xC9BBA6) * (0.9f + 0.15f * Noise.At(x, y));
        var tone = Noise.Hash((int)MathF.Floor(along), (int)row, 3);
        var grain = 0.86f + 0.28f * Noise.Fractal(x / 2.2f, y / 1.8f, 2);
        return Vector3.Lerp(Scene.Rgb(0x8E3F2E), Scene.Rgb(0xBF6C48), tone) * grain * (0.9f + 0.2f * Noise.Fractal(x / 70, y / 50, 2));
    }

    private static Vector3? Window(float x, float y)
    {
        if (Inside(x, y, -8, 104, 68, 113))
            return Scene.Rgb(0xD8CFBC) * (y > 110 ? 0.7f : 1);
        if (Inside(x, y, -5, -13, 65, 0))
            return Scene.Rgb(0xCBBFA8) * (Scene.Fraction((x - (x - 30) * (y + 13) * 0.006f) / 10) < 0.12f ? 0.75f : 1);
        if (!Inside(x, y, 0, 0, 60, 104))
            return null;
        if (x is < 5 or > 55 || y is < 5 or > 99 || MathF.Abs(x - 30) < 2.2f || MathF.Abs(y - 40) < 2 || MathF.Abs(y - 70) < 1.5f)
            return Scene.Rgb(0xF1EEE6) * (x > 57 || y > 101 ? 0.8f : 1);
        if (y > 84)
            return Tree.Leaves(x * 1.7f + 300, y * 1.7f, 0.55f) ?? Scene.Rgb(0x37332C);
        var curtain = MathF.Abs(x - 30) > 17 - 5 * MathF.Sin(y / 33) ? 0.62f + 0.2f * MathF.Sin(x * 1.9f) : 0;
        var glass = Vector3.Lerp(Scene.Rgb(0x8FB3CF), Scene.Rgb(0x2D3B48), Scene.SmoothStep(-20, 50, x * 0.5f + y - 45 + 14 * Noise.Fractal(x / 9, y / 12, 2)));
        return curtain > 0 ? Vector3.Lerp(glass, Scene.Rgb(0xEFE6D2), curtain) : glass;
    }

    private static Vector3 Sign(float x, float y)
    {
        if (!Inside(x, y, 78, 288, 414, 332))
            return Scene.Rgb(0xC6A24C) * (y > 332 ? 0.7f : 1);
        var ink = Lettering.Covers("ADAFORMER", x - 121, y - 293, 25, 4) || Lettering.Covers("BOOKS AND MAPS  SINCE 2024", x - 153, y - 323, 6.5f, 1.1f);
        return ink ? Scene.Rgb(0xF3E3B0) : Scene.Rgb(0x1E4236) * (0.95f + 0.1f * Noise.At(x / 9, y));
    }

    private static Vector3 Shop(float x, float y)
    {
        if (x is > 296 and < 304 || x is < 86 or > 406 || y > 450 && x < 304)
            return Scene.Rgb(0x24463A) * (Inside(x, y, 96, 455, 286, 466) ? 1.25f : 1);
        if (x >= 304)
            return Door(x, y);
        if (y < 408)
        {
            var ink = Lettering.Covers("FINE DETAIL AT EVERY SCALE", x - 98, y - 384, 7, 1.2f) || Lettering.Covers("OPEN 9 TO 5", x - 160, y - 397, 5, 0.9f);
            return ink ? Scene.Rgb(0xF7F1DF) : Scene.Rgb(0x2C2A2B) + Scene.Rgb(0x4A3418) * MathF.Exp(-MathF.Abs(Scene.Fraction(x / 70) - 0.5f) * 5);
        }

        var shelf = (y - 408) / 21;
        if (Scene.Fraction(shelf) > 0.9f)
            return Scene.Rgb(0x8A6A45);
        // Books, each with its own width, height and colour.
        var place = x / 5 + 1.4f * Noise.At(x / 11, MathF.Floor(shelf) * 5);
        var book = (int)MathF.Floor(place);
        var tall = 0.15f + 0.35f * Noise.Hash(book, (int)shelf, 4);
        if (Scene.Fraction(shelf) < tall || Scene.Fraction(place) < 0.12f)
            return Scene.Rgb(0x2A2420);
        var hue = 6.28f * Noise.Hash(book, (int)shelf, 6);
        var cover = new Vector3(0.52f, 0.43f, 0.36f) + 0.2f * new Vector3(MathF.Cos(hue), MathF.Cos(hue - 2.1f), MathF.Cos(hue + 2.1f));
        return MathF.Abs(Scene.Fraction(shelf) - tall - 0.15f) < 0.035f ? Scene.Rgb(0xD9C27A) : cover * (0.75f + 0.3f * Noise.Hash(book, (int)shelf, 7));
    }

    private static Vector3 Door(float x, float y)
    {
        if (new Vector2(x - 314, y - 432).Length() < 3)
            return Scene.Rgb(0xE2C25E);
        if (Inside(x, y, 322, 384, 392, 424))
            return MathF.Abs(x - 357) < 1.5f ? Scene.Rgb(0x6E2B22) : Vector3.Lerp(Scene.Rgb(0x33424A), Scene.Rgb(0x93A9B0), Scene.SmoothStep(-20, 30, x - 357 - (y - 404)));
        return Scene.Rgb(0x8C3A2C) * (Inside(x, y, 322, 434, 352, 464) || Inside(x, y, 362, 434, 392, 464) ? 0.8f : 1) * (0.92f + 0.16f * Noise.Fractal(x / 2, y / 30, 2));
    }
}

/// <summary>A tree with every leaf drawn.</summary>
internal static class Tree
{
    private static readonly Vector3[] Crown =
    [
        new(770, 214, 92), new(690, 270, 70), new(850, 262, 74), new(736, 160, 62), new(812, 150, 58), new(660, 322, 46), new(884, 322, 48), new(772, 306, 84),
    ];

    public static Vector3? At(float x, float y)
    {
        var (light, depth) = (0f, 0f);
        foreach (var blob in Crown)
        {
            var offset = new Vector2(x - blob.X, y - blob.Y) / blob.Z;
            var inside = 1 - offset.Length() - 0.9f * (Noise.Fractal(x / 26, y / 22, 4) - 0.42f);
            if (inside > depth)
                (depth, light) = (inside, 0.5f - 0.4f * (offset.X * 0.6f + offset.Y * 0.8f));
        }

        if (depth > 0 && Leaves(x, y, light * (0.5f + Noise.Fractal(x / 24, y / 20, 2)), Math.Clamp(depth * 6, 0.25f, 1)) is { } leaf)
            return leaf;
        return depth > 0.16f ? Scene.Rgb(0x1D2A17) : Trunk(x, y);
    }

    /// <summary>Layers of leaves, the front one first; null between them.</summary>
    public static Vector3? Leaves(float x, float y, float light, float density = 1)
    {
        const float cell = 7;
        for (var layer = 0; layer < 4; layer++)
        {
            var (u, v) = (x / cell + layer * 0.37f, y / cell + layer * 0.71f);
            for (var i = 0; i < 9; i++)
            {
                var (cellX, cellY) = ((int)MathF.Floor(u) + i % 3 - 1, (int)MathF.Floor(v) + i / 3 - 1);
                if (Noise.Hash(cellX, cellY, 20 + layer) > density)
                    continue;
                var offset = new Vector2(u - cellX - Noise.Hash(cellX, cellY, 30 + layer), v - cellY - Noise.Hash(cellX, cellY, 40 + layer));
                var (sin, cos) = MathF.SinCos(6.28f * Noise.Hash(cellX, cellY, 50 + layer));
                var (along, across) = (offset.X * cos + offset.Y * sin, offset.Y * cos - offset.X * sin);
                if (along * along / 0.36f + across * across / (0.075f - 0.05f * along) > 1)
                    continue;
                var tone = Noise.Hash(cellX, cellY, 60 + layer);
                var color = Vector3.Lerp(Scene.Rgb(0x3F6F2A), Scene.Rgb(0xA3B84C), tone);
                return color * (MathF.Abs(across) < 0.035f ? 1.2f : 1) * (1 - 0.2f * layer) * (0.35f + light);
            }
        }

        return null;
    }

    private static Vector3? Trunk(float x, float y)
    {
        var half = 11 + 9 * Scene.SmoothStep(430, 476, y) + 2 * Noise.At(y / 9, 3);
        var offset = (x - 772 - 5 * MathF.Sin(y / 40)) / half;
        if (y is < 300 or > 474 || MathF.Abs(offset) > 1)
            return null;
        return Scene.Rgb(0x6B5440) * (0.95f - 0.45f * offset) * (0.65f + 0.6f * Noise.Fractal(x / 2.5f, y / 14, 3));
    }
}

/// <summary>Iron railings with a chequered blanket over them.</summary>
internal static class Railing
{
    public static Vector3? At(float x, float y)
    {
        if (x < 437 || y is < 424 or > 484)
            return null;
        var hem = 472 + 2 * MathF.Sin(x / 9);
        if (x is > 566 and < 672 && y > 431 && y < hem)
            return Blanket(x + 1.5f * MathF.Sin(y / 11), y) * (0.88f + 0.14f * MathF.Sin(x / 8.5f + y / 60));
        var bar = MathF.Abs(Scene.Fraction(x / 12) - 0.5f) * 12;
        var upright = y > 430 ? bar < 1.15f : bar < (y - 424) * 0.35f;
        var post = MathF.Abs(Scene.Fraction((x + 12) / 96) - 0.5f) * 96 < 2.6f && y > 426;
        var rail = MathF.Abs(y - 436) < 1.4f || MathF.Abs(y - 474) < 1.6f;
        return upright || post || rail ? Scene.Rgb(0x23282B) * (rail && y < 436 ? 2 : 1) : null;
    }

    private static Vector3 Blanket(float x, float y)
    {
        var (across, down) = (Scene.Fraction(x / 26), Scene.Fraction(y / 26));
        var twill = Scene.Fraction((x + y) / 4) < 0.5f;
        return twill ? Band(across) : Band(down);
    }

    private static Vector3 Band(float place) => place switch
    {
        < 0.36f => Scene.Rgb(0x1F3358),
        < 0.46f => Scene.Rgb(0xE9DFC4),
        < 0.82f => Scene.Rgb(0xA92C34),
        < 0.88f => Scene.Rgb(0xE3B23C),
        _ => Scene.Rgb(0x1F5A43),
    };
}

/// <summary>Capitals and digits as strokes on a grid of 5×7 points, column and row of each.</summary>
internal static class Lettering
{
    private static readonly Dictionary<char, string> Strokes = new()
    {
        ['A'] = "062046 1434", ['B'] = "06003041423303 3344453606", ['C'] = "4130100105163645", ['D'] = "06003041453606", ['E'] = "40000646 0333",
        ['F'] = "400006 0333", ['I'] = "2026", ['K'] = "0006 4003 1246", ['L'] = "000646", ['M'] = "0600234046", ['N'] = "06004640",
        ['O'] = "103041453616050110", ['P'] = "06003041423303", ['R'] = "06003041423303 2346", ['S'] = "413010010213334445361605", ['T'] = "0040 2026",
        ['V'] = "002640", ['Y'] = "002340 2326", ['0'] = "103041453616050110", ['2'] = "01103041420646", ['4'] = "36300444", ['5'] = "4000033344453606",
        ['9'] = "42331302011030414516",
    };

    /// <summary>Whether a point, from the text's upper left corner, lies on a letter of the given height and stroke width.</summary>
    public static bool Covers(string text, float x, float y, float height, float stroke)
    {
        var unit = height / 6;
        var advance = 6.2f * unit;
        var index = (int)MathF.Floor((x + unit) / advance);
        if (y < -stroke || y > height + stroke || index < 0 || index >= text.Length || !Strokes.TryGetValue(text[index], out var strokes))
            return false;
        var point = new Vector2(x - index * advance, y);
        return strokes.Split(' ').Any(line => Enumerable.Range(0, line.Length / 2 - 1).Any(i =>
            Distance(point, Node(line, i) * unit, Node(line, i + 1) * unit) < stroke / 2));
    }

    private static Vector2 Node(string line, int i) => new(line[2 * i] - '0', line[2 * i + 1] - '0');

    private static float Distance(Vector2 point, Vector2 from, Vector2 to)
    {
        var t = Math.Clamp(Vector2.Dot(point - from, to - from) / (to - from).LengthSquared(), 0, 1);
        return (point - Vector2.Lerp(from, to, t)).Length();
    }
}

/// <summary>Noise that is the same on every run.</summary>
internal static class Noise
{
    public static float Hash(int x, int y, int seed)
    {
        var h = unchecked((uint)(x * 374761393 + y * 668265263 + seed * 2147483647));
        h = (h ^ (h >> 13)) * 1274126177;
        h = (h ^ (h >> 15)) * 2246822519;
        return ((h ^ (h >> 16)) & 0xFFFFFF) / (float)0x1000000;
    }

    public static float At(float x, float y)
    {
        var (cellX, cellY) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var (u, v) = (Scene.SmoothStep(0, 1, x - cellX), Scene.SmoothStep(0, 1, y - cellY));
        var top = float.Lerp(Hash(cellX, cellY, 0), Hash(cellX + 1, cellY, 0), u);
        return float.Lerp(top, float.Lerp(Hash(cellX, cellY + 1, 0), Hash(cellX + 1, cellY + 1, 0), u), v);
    }

    public static float Fractal(float x, float y, int octaves)
    {
        var (sum, weight, total) = (0f, 1f, 0f);
        for (var i = 0; i < octaves; i++, weight /= 2, x = 2 * x + 17.3f, y = 2 * y + 9.7f)
            (sum, total) = (sum + weight * At(x, y), total + weight);
        return sum / total;
    }
}
