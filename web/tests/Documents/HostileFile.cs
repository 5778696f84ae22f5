using System.Diagnostics;
using System.Text;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>A broken or hostile file, made here.</summary>
/// <param name="What">In English, as in docs/documents.md.</param>
/// <param name="Name">Its file name.</param>
/// <param name="Words">To who sent it.</param>
/// <param name="AtOnce">It is refused when it arrives; else it is taken, and found out by a job.</param>
public sealed record HostileFile(string What, string Name, byte[] Bytes, string Words, bool AtOnce = false)
{
    public override string ToString() => What;

    /// <summary>Refused when it arrives.</summary>
    public static HostileFile Refused(string what, string name, byte[] bytes, string words) => new(what, name, bytes, words, AtOnce: true);

    /// <summary>Refused when it arrives, for its name.</summary>
    public static HostileFile Lying(string what, string name, byte[] bytes) => Refused(what, name, bytes, FileContent.Lie(name, FileContent.Recognise(bytes)!.Value)!);

    public static HostileFile Infected(string what, string name, byte[] bytes) => new(what, name, bytes, DocumentStates.QuarantinedWords);

    public static IReadOnlyList<HostileFile> All { get; } = [.. HostileArrivals.All(), .. HostilePdfs.All(), .. HostileImages.All(), .. Infections()];

    /// <summary>What every scanner finds, and nothing runs. Not in one piece, so that this file is none.</summary>
    internal static byte[] Eicar => Encoding.ASCII.GetBytes(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*");

    /// <summary>Runs a program on a file and gives what it wrote.</summary>
    /// <param name="arguments">With IN and OUT for the two paths.</param>
    internal static byte[] Through(byte[] bytes, string program, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("hostile-");
        try
        {
            var (input, output) = (Path.Combine(folder.FullName, "in"), Path.Combine(folder.FullName, "out"));
            File.WriteAllBytes(input, bytes);
            using var process = Process.Start(program, arguments.Select(a => a switch { "IN" => input, "OUT" => output, _ => a }));
            process.WaitForExit();
            Assert.True(process.ExitCode is 0 or 3, $"{program} ended with {process.ExitCode}.");
            return File.ReadAllBytes(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<HostileFile> Infections()
    {
        var (pdf, png, jpeg) = (TestFiles.Pdf("text"), TestFiles.Png(), TestFiles.Jpeg());
        yield return Infected("EICAR in a PDF that is sound", "請求書.pdf", [.. pdf, .. "%"u8, .. Eicar, .. "\n"u8]);
        yield return Infected("EICAR in a PDF that is broken", "壊れた請求書.pdf", [.. "%PDF-1.4\n"u8, .. Eicar]);
        yield return Infected("EICAR behind a PNG", "画面.png", [.. png, .. Eicar]);
        yield return Infected("EICAR behind a JPEG", "写真.jpg", [.. jpeg, .. Eicar]);
        yield return Infected("EICAR at the very end of 20 MiB", "大きい領収書.pdf", [.. TestFiles.OfSize(FileContent.LargestBytes - Eicar.Length), .. Eicar]);
        var seam = TestFiles.OfSize(3 * 65_536);
        Eicar.CopyTo(seam, 65_536 - 30);
        yield return Infected("EICAR across two chunks of the scan", "継ぎ目.pdf", seam);
    }
}
