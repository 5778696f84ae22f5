namespace GrantPortal.Domain.Receipts;

/// <summary>A rectangle on a page, from its upper left corner. In whatever unit the page is measured in; of a <see cref="Place"/> in parts of the page, 0 to 1.</summary>
public readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;
    public double Bottom => Top + Height;
    public double CentreY => Top + (Height / 2);

    /// <summary>The smallest rectangle around both.</summary>
    public Box Around(Box other)
    {
        var (left, top) = (Math.Min(Left, other.Left), Math.Min(Top, other.Top));
        return new Box(left, top, Math.Max(Right, other.Right) - left, Math.Max(Bottom, other.Bottom) - top);
    }

    /// <summary>How much of the narrower one's width lies above or below the other, 0 to 1.</summary>
    public double SharedWidth(Box other)
    {
        var narrower = Math.Min(Width, other.Width);
        return narrower <= 0 ? 0 : Math.Clamp((Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) / narrower, 0, 1);
    }
}

/// <summary>
/// How a page lies before a reader that turned it upright: first by quarters, then by the rest of a slanted scan. Leads back from what was read to the page
/// as it is shown.
/// </summary>
/// <param name="Width">Of the page as shown, in the reader's unit.</param>
/// <param name="Height">Likewise.</param>
/// <param name="Quarters">Clockwise quarter turns the reader made, 0 to 3.</param>
/// <param name="Degrees">By how much it turned the page further, clockwise, around its middle; the sheet grew so that nothing was cut off.</param>
public readonly record struct PagePose(double Width, double Height, int Quarters = 0, double Degrees = 0)
{
    /// <summary>The sheet in front of the reader, after the quarter turns.</summary>
    private (double Width, double Height) Turned => Quarters % 2 == 0 ? (Width, Height) : (Height, Width);

    /// <summary>The sheet in front of the reader, after all turns.</summary>
    public (double Width, double Height) Read
    {
        get
        {
            var (width, height) = Turned;
            var (sin, cos) = (Math.Abs(Math.Sin(Radians)), Math.Abs(Math.Cos(Radians)));
            return ((width * cos) + (height * sin), (width * sin) + (height * cos));
        }
    }

    private double Radians => Degrees * Math.PI / 180;

    /// <summary>Where something that was read stands on the page as shown, in parts of it.</summary>
    public Box OnPage(Box read)
    {
        Span<(double X, double Y)> corners =
        [
            OnPage(read.Left, read.Top), OnPage(read.Right, read.Top), OnPage(read.Left, read.Bottom), OnPage(read.Right, read.Bottom),
        ];
        var (left, top, right, bottom) = (1.0, 1.0, 0.0, 0.0);
        foreach (var (x, y) in corners)
        {
            left = Math.Min(left, x);
            top = Math.Min(top, y);
            right = Math.Max(right, x);
            bottom = Math.Max(bottom, y);
        }
        return new Box(left, top, Math.Max(0, right - left), Math.Max(0, bottom - top));
    }

    private (double X, double Y) OnPage(double x, double y)
    {
        var (sheetWidth, sheetHeight) = Read;
        var (turnedWidth, turnedHeight) = Turned;
        // Back around the middle, then back by the quarters.
        var (dx, dy) = (x - (sheetWidth / 2), y - (sheetHeight / 2));
        var (sin, cos) = (Math.Sin(-Radians), Math.Cos(-Radians));
        var (u, v) = ((dx * cos) - (dy * sin) + (turnedWidth / 2), (dx * sin) + (dy * cos) + (turnedHeight / 2));
        var (px, py) = (Quarters % 4) switch
        {
            1 => (v, Height - u),
            2 => (Width - u, Height - v),
            3 => (Width - v, u),
            _ => (u, v),
        };
        return (Math.Clamp(px / Width, 0, 1), Math.Clamp(py / Height, 0, 1));
    }
}

/// <summary>A word as a reader recognised it.</summary>
/// <param name="Box">On the sheet in front of the reader.</param>
public readonly record struct ReceiptWord(string Text, Box Box);

/// <summary>A page as a reader recognised it.</summary>
/// <param name="Number">1-based.</param>
public sealed record ReceiptPage(int Number, PagePose Pose, IReadOnlyList<ReceiptWord> Words);

/// <summary>Where something was found.</summary>
/// <param name="Page">1-based.</param>
/// <param name="Box">In parts of the page as it is shown, 0 to 1.</param>
/// <param name="Words">The line around it, as recognised.</param>
public sealed record Place(int Page, Box Box, string Words);

/// <summary>Something a receipt says, with its place.</summary>
public sealed record Found<T>(T Value, Place Place);
