namespace MnistCnn;

/// <summary>
/// Where the pixel at (column, row) of a changed image comes from: x = XX · column + XY · row + X0, y = YX · column + YY · row + Y0.
/// </summary>
internal readonly record struct AffinePlaces(float XX, float XY, float X0, float YX, float YY, float Y0);
