namespace AdaFormer;

/// <summary>How far an upscaling is.</summary>
/// <param name="TilesDone">Tiles that are finished.</param>
/// <param name="Tiles">All tiles.</param>
public readonly record struct UpscaleProgress(int TilesDone, int Tiles);
