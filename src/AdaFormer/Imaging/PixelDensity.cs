namespace AdaFormer.Imaging;

/// <summary>How densely a picture's pixels lie when it is printed.</summary>
/// <param name="Horizontal">Pixels per inch along a row.</param>
/// <param name="Vertical">Pixels per inch along a column.</param>
public readonly record struct PixelDensity(double Horizontal, double Vertical);
