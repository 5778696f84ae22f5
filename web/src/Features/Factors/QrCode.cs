using System.Globalization;
using System.Text;
using QRCoder;

namespace GrantPortal.Web.Features.Factors;

/// <summary>A QR code as one path of an SVG image: drawn by attributes, as our Content-Security-Policy wants it.</summary>
/// <param name="Size">Modules a side, with the quiet zone of four.</param>
/// <param name="Path">The dark modules, one unit each.</param>
public sealed record QrCode(int Size, string Path)
{
    public static QrCode Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++)
        {
            var row = code.ModuleMatrix[y];
            for (var x = 0; x < row.Count; x++)
            {
                var from = x;
                while (x < row.Count && row[x]) x++;
                if (x > from) path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from}v1h-{x - from}z");
            }
        }
        return new QrCode(code.ModuleMatrix.Count, path.ToString());
    }
}
