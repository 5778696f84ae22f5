using System.Diagnostics;

namespace GrantPortal.Web.Tests.Letters;

/// <summary>What a reader finds in a PDF, by poppler's tools.</summary>
internal static class Paper
{
    /// <summary>Its text with all white space taken out: where lines break is the printer's business.</summary>
    public static async Task<string> TextOf(byte[] pdf) => string.Concat((await RunAsync("pdftotext", pdf, "-", "-")).Where(c => !char.IsWhiteSpace(c)));

    /// <summary>As in <c>Tagged: yes</c>.</summary>
    public static Task<string> InfoOf(byte[] pdf) => RunAsync("pdfinfo", pdf, "-");

    private static async Task<string> RunAsync(string tool, byte[] pdf, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(pdf, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return await output;
    }
}
