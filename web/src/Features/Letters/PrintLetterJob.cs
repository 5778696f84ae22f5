using System.Globalization;
using System.Text.Json;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Letters;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Letters;

/// <summary>
/// Prints a letter to PDF and stores it: the blob first, its row second. Run again it does nothing. An instance without Chromium leaves these
/// jobs waiting for one that has it; the letter's page is there meanwhile.
/// </summary>
public sealed class PrintLetterJob(
    Database database, LetterPages pages, PdfPrinter printer, IBlobStore blobs, TimeProvider clock, IOptions<LetterOptions> options, ILogger<PrintLetterJob> log) : IJobHandler
{
    public const string JobKind = "letter";

    public string Kind => JobKind;

    public bool IsAble => options.Value.Print && printer.IsThere;

    /// <summary>Its key is the event's: one letter, one PDF.</summary>
    public static Job For(IssuedLetter letter, DateTimeOffset now) => new(
        JobKind, string.Create(CultureInfo.InvariantCulture, $"letter:{letter.EventId}"), $$"""{"letter": "{{letter.Id}}"}""", now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        var id = payload.RootElement.GetProperty("letter").GetGuid();
        StoredLetter letter;
        await using (var connection = await database.OpenAsync(cancel))
            letter = await LetterStore.FindAsync(connection, id) ?? throw new InvalidOperationException($"There is no letter {id}.");
        if (letter.IsPrinted) return;
        var pdf = await printer.PrintAsync(await pages.RenderAsync(letter), cancel);
        // A name of its own for each attempt: two printers at once never write into the same blob.
        var blob = await blobs.WriteAsync(Guid.NewGuid(), new MemoryStream(pdf, writable: false), pdf.Length, cancel);
        bool first;
        await using (var connection = await database.OpenAsync(cancel))
            first = await LetterStore.AddFileAsync(connection, id, blob.Id, blob.Size, blob.Sha256, clock.GetUtcNow());
        if (first) return;
        log.LogInformation("Letter {Letter} was printed twice at once; the first file stands.", id);
        await blobs.DeleteAsync(blob.Id, cancel);
    }
}
