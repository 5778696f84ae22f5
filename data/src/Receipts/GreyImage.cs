using System.Globalization;

namespace GrantPortal.Data.Receipts;

/// <summary>A small picture in shades of grey, for looking at how a page lies and what it looks like.</summary>
internal sealed class GreyImage
{
    /// <summary>Degrees: a scan lies no more aslant than this.</summary>
    private const double MostDegrees = 6.5;

    /// <summary>Pixels: the neighbourhood that tells ink from paper, whatever the light.</summary>
    private const int Around = 12;

    /// <summary>Shades below its neighbourhood: ink.</summary>
    private const int Darker = 18;

    private readonly byte[] pixels;

    private GreyImage(int width, int height, byte[] pixels) => (Width, Height, this.pixels) = (width, height, pixels);

    public int Width { get; }
    public int Height { get; }

    /// <summary>Reads a binary PGM of 8 bits.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static GreyImage Read(byte[] pgm)
    {
        var at = 0;
        if (Word() != "P5" || !Int(Word(), out var width) || !Int(Word(), out var height) || Word() != "255" || (long)width * height > pgm.Length - at || width < 1 || height < 1)
            throw new InvalidDataException("No grey picture of 8 bits.");
        return new GreyImage(width, height, pgm[at..(at + (width * height))]);

        string Word()
        {
            while (at < pgm.Length && (char.IsWhiteSpace((char)pgm[at]) || pgm[at] == '#'))
            {
                if (pgm[at] == '#') while (at < pgm.Length && pgm[at] != '\n') at++;
                else at++;
            }
            var start = at;
            while (at < pgm.Length && !char.IsWhiteSpace((char)pgm[at])) at++;
            var word = System.Text.Encoding.ASCII.GetString(pgm, start, at - start);
            at++;
            return word;
        }

        static bool Int(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>How the page has to be turned for its lines to be level: whether by a quarter, and by how many degrees clockwise after that.</summary>
    public (bool Quarter, double Degrees) Lean()
    {
        var ink = Ink();
        var best = (Quarter: false, Degrees: 0.0, Score: -1.0);
        // Coarse first, then fine around the best.
        foreach (var quarter in new[] { false, true })
            for (var degrees = -MostDegrees; degrees <= MostDegrees; degrees += 0.5) Try(quarter, degrees);
        var coarse = best;
        for (var degrees = coarse.Degrees - 0.4; degrees <= coarse.Degrees + 0.4; degrees += 0.1) Try(coarse.Quarter, degrees);
        return (best.Quarter, Math.Round(best.Degrees, 1));

        void Try(bool quarter, double degrees)
        {
            var score = Sharpness(ink, quarter, degrees);
            if (score > best.Score) best = (quarter, degrees, score);
        }
    }

    /// <summary>Level lines make a profile of full and empty rows: the steeper, the more level.</summary>
    private double Sharpness(List<(int X, int Y)> ink, bool quarter, double degrees)
    {
        var (sin, cos) = (Math.Sin(degrees * Math.PI / 180), Math.Cos(degrees * Math.PI / 180));
        var size = Width + Height;
        var rows = new int[size * 2];
        foreach (var (x, y) in ink)
        {
            // After a clockwise quarter turn (x, y) lies at (height - y, x).
            var row = quarter ? ((Height - y) * sin) + (x * cos) : (x * sin) + (y * cos);
            rows[(int)(row + (size / 2))]++;
        }
        var sum = 0.0;
        for (var i = 1; i < rows.Length; i++) sum += (double)(rows[i] - rows[i - 1]) * (rows[i] - rows[i - 1]);
        return sum;
    }

    private List<(int X, int Y)> Ink()
    {
        // Of each column the sum of the rows around, and of those the columns around: no table of the whole picture.
        var columns = new int[Width];
        var (top, bottom) = (0, 0);
        var ink = new List<(int X, int Y)>();
        for (var y = 0; y < Height; y++)
        {
            for (; bottom < Math.Min(Height, y + Around + 1); bottom++) AddRow(bottom, 1);
            for (; top < Math.Max(0, y - Around); top++) AddRow(top, -1);
            var (sum, left, right) = (0, 0, 0);
            for (var x = 0; x < Width; x++)
            {
                while (right < Math.Min(Width, x + Around + 1)) sum += columns[right++];
                while (left < Math.Max(0, x - Around)) sum -= columns[left++];
                if (pixels[(y * Width) + x] < (sum / ((bottom - top) * (right - left))) - Darker) ink.Add((x, y));
            }
        }
        return ink;

        void AddRow(int y, int times)
        {
            for (var x = 0; x < Width; x++) columns[x] += times * pixels[(y * Width) + x];
        }
    }

    /// <summary>
    /// 64 bits that stay nearly the same when a picture is scaled, compressed or a little brighter, and differ by about half for another one: the signs of the
    /// 64 lowest frequencies (without the mean) of its cosine transform, against their median. Of a picture of 32 × 32.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has another size.</exception>
    public ulong Fingerprint()
    {
        const int Side = 32;
        const int Low = 8;
        if (Width != Side || Height != Side) throw new InvalidOperationException("A fingerprint is made of 32 × 32 pixels.");
        var waves = new double[Low + 1, Side];
        for (var k = 0; k <= Low; k++)
            for (var i = 0; i < Side; i++) waves[k, i] = Math.Cos(Math.PI * k * ((2 * i) + 1) / (2 * Side));
        var values = new List<double>();
        for (var v = 0; v <= Low; v++)
        {
            for (var u = 0; u <= Low && values.Count < 64; u++)
            {
                if (u == 0 && v == 0) continue;
                var sum = 0.0;
                for (var y = 0; y < Side; y++)
                    for (var x = 0; x < Side; x++) sum += pixels[(y * Side) + x] * waves[u, x] * waves[v, y];
                values.Add(sum);
            }
        }
        var median = values.Order().ElementAt(32);
        var bits = 0UL;
        for (var i = 0; i < 64; i++) if (values[i] >= median) bits |= 1UL << i;
        return bits;
    }
}
