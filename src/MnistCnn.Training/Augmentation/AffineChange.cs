using System.Numerics;

namespace MnistCnn;

/// <summary>How an image as a whole is turned, slanted, scaled and moved.</summary>
/// <param name="Angle">Turned by this much, in radians, from the x axis towards the y axis, which points down.</param>
/// <param name="Slant">Moved to the right by this share of the distance below the middle.</param>
/// <param name="Scale">Made larger by this factor.</param>
/// <param name="Right">Moved to the right by this many pixels.</param>
/// <param name="Down">Moved down by this many pixels.</param>
internal readonly record struct AffineChange(double Angle, double Slant, double Scale, double Right, double Down)
{
    /// <summary>Draws a change within the limits of the settings, each part uniformly.</summary>
    public static AffineChange Draw(ref SplitMix64 random, ImageAugmentation settings) => new(
        random.Between(-settings.Rotation, settings.Rotation) * Math.PI / 180,
        Math.Tan(random.Between(-settings.Shear, settings.Shear) * Math.PI / 180),
        random.Between(1 - settings.Scale, 1 + settings.Scale),
        random.Between(-settings.Shift, settings.Shift),
        random.Between(-settings.Shift, settings.Shift));

    /// <summary>Where the pixels of the result come from: maps their (x, y), column and row, to places in the image.</summary>
    /// <param name="rows">Rows of the image.</param>
    /// <param name="columns">Its columns.</param>
    public Matrix3x2 InverseMap(int rows, int columns)
    {
        // The image's point q, from the middle, goes to scale · R S q + shift, where S slants and R turns. So the pixel at p of
        // the result comes from S⁻¹ R⁻¹ (p − shift) / scale.
        double cos = Math.Cos(Angle) / Scale, sin = Math.Sin(Angle) / Scale;
        double xx = cos + (Slant * sin), xy = sin - (Slant * cos), yx = -sin, yy = cos;
        double middleX = (columns - 1) / 2.0, middleY = (rows - 1) / 2.0;
        return new(
            m11: (float)xx,
            m12: (float)yx,
            m21: (float)xy,
            m22: (float)yy,
            m31: (float)(middleX - (xx * (middleX + Right)) - (xy * (middleY + Down))),
            m32: (float)(middleY - (yx * (middleX + Right)) - (yy * (middleY + Down))));
    }
}
