using System.Globalization;
using GrantPortal.Data.Tools;
using GrantPortal.Domain.Documents;

namespace GrantPortal.Data.Documents.Inspection;

/// <summary>Looks into a JPEG or PNG by libvips: it decodes to its last row, within 100 megapixels. Makes what is shown of a photo.</summary>
public static class ImageInspection
{
    public const string Decoder = "vips", Header = "vipsheader";

    /// <summary>Parts of an image that its camera or an editor wrote, and that may say where it was taken.</summary>
    private static readonly string[] Written = ["exif-data:", "xmp-data:", "iptc-data:", "photoshop-data:"];

    /// <inheritdoc cref="PdfInspection.RunAsync"/>
    public static async Task<Finding> RunAsync(string path, FileType type, WorkFolder folder, CancellationToken cancel)
    {
        long? end;
        long length;
        await using (var file = File.OpenRead(path))
        {
            (end, length) = (type == FileType.Jpeg ? ImageEnd.OfJpeg(file) : ImageEnd.OfPng(file), file.Length);
            if (end is null) return new Finding.Unusable(DocumentFaults.BrokenImage);
            if (ForeignData.OpensAsPdf(file) || ForeignData.OpensAsZip(file) || ForeignData.Follows(file, end.Value)) return new Finding.Unusable(DocumentFaults.SomethingElseInside);
        }
        var fields = "";
        var head = await BoundedTool.RunAsync(Header, ["-a", path], ToolLimits.Usual, folder, async (output, stop) => fields = await new StreamReader(output).ReadToEndAsync(stop), cancel);
        if (head.ExitCode != 0 || head.Exceeded) return new Finding.Unusable(DocumentFaults.BrokenImage);
        if (Number(fields, "width:") * Number(fields, "height:") > DocumentFaults.MostPixels) return new Finding.Unusable(DocumentFaults.TooManyPixels);
        // Reads every row and keeps none.
        var whole = await BoundedTool.RunAsync(Decoder, ["avg", $"{path}[fail-on=error,access=sequential]"], ToolLimits.Usual, folder, cancel: cancel);
        if (whole.Exceeded) return new Finding.Unusable(DocumentFaults.TooComplex);
        if (whole.ExitCode != 0) return new Finding.Unusable(DocumentFaults.BrokenImage);
        if (end == length && !Written.Any(name => fields.Contains($"\n{name}", StringComparison.Ordinal))) return new Finding.Sound();
        return new Finding.Sound(Shown: await UprightAsync(path, type, folder, cancel));
    }

    /// <summary>Turned as the camera was held, and nothing but pixels.</summary>
    private static async Task<string> UprightAsync(string path, FileType type, WorkFolder folder, CancellationToken cancel)
    {
        var (shown, options) = type == FileType.Jpeg ? (folder["shown.jpg"], "[strip,Q=90,optimize-coding]") : (folder["shown.png"], "[strip]");
        var run = await BoundedTool.RunAsync(Decoder, ["autorot", path, shown + options], ToolLimits.Usual, folder, cancel: cancel);
        return run is { ExitCode: 0, Exceeded: false } ? shown : throw new IOException($"{Decoder} autorot ended with {run.ExitCode}: {run.Errors}");
    }

    private static long Number(string fields, string name)
    {
        var line = fields.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.TryParse(line?[name.Length..], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
