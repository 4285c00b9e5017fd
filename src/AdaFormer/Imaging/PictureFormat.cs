namespace AdaFormer.Imaging;

/// <summary>A file format.</summary>
/// <param name="Name">What people call it: "JPEG".</param>
/// <param name="Extensions">How names of its files end, in lower case with the dot: ".jpg", ".jpeg".</param>
public sealed record PictureFormat(string Name, params IReadOnlyList<string> Extensions);
