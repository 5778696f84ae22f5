using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>Broken and hostile files, sent to a portal with a real scanner: none reaches a reviewer, each is answered in words that say what to do.</summary>
public sealed class HostileFileTests(PortalServices services)
{
    private const int MostOfAKind = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The table in docs/documents.md says what this proves.</summary>
    [Fact]
    public async Task No_hostile_file_reaches_a_reviewer_and_each_is_answered_in_words()
    {
        await using var clamd = await ClamdServer.StartAsync(services.Services, cancel: Cancel);
        await using var host = await PortalHost.StartAsync(services, h => h.WithScanner(clamd));
        var reviewer = await host.Given.Staff(StaffRole.Reviewer);
        var seen = new List<(HostileFile File, string Words)>();
        foreach (var file in HostileFile.All.Where(f => f.AtOnce)) seen.Add((file, await RefusedAsync(host, file)));
        foreach (var files in HostileFile.All.Where(f => !f.AtOnce).Chunk(MostOfAKind)) seen.AddRange(await FoundAsync(host, files, reviewer));

        Assert.Equal("", string.Join('\n', seen.Where(s => s.Words != s.File.Words).Select(s => $"{s.File.What}: {s.Words}")));
        Assert.Equal(HostileFile.All.Count, seen.Count);
        Assert.True(seen.Count >= 60);
        var documented = await File.ReadAllLinesAsync(Path.Combine(RepositoryRoot.Find(), "docs", "documents.md"), Cancel);
        var table = seen.ConvertAll(s => $"| – {s.File.What} | {Outcome(s.File)} |");
        Assert.True(table.SequenceEqual(documented.Where(line => line.StartsWith("| – ", StringComparison.Ordinal))), "docs/documents.md has another table than\n" + string.Join('\n', table));
    }

    /// <summary>The answer to a file that is refused when it arrives; nothing of it is kept.</summary>
    private static async Task<string> RefusedAsync(PortalHost host, HostileFile file)
    {
        var draft = await host.ADraft(WithoutFiles);
        var result = await host.Command<UploadDocument>().RunAsync(
            new Upload(draft.Id, DocumentKind.ServiceProof, 0, Guid.NewGuid(), file.Name), new MemoryStream(file.Bytes), draft.By.Actor, Cancel);
        Assert.Empty((await host.DossierAsync(draft)).Attached);
        return (result as UploadResult.Unacceptable)?.Message ?? result.ToString()!;
    }

    /// <summary>Submits an application with the files while they are checked, and tells what became of each.</summary>
    private static async Task<IEnumerable<(HostileFile File, string Words)>> FoundAsync(PortalHost host, HostileFile[] files, TestUser reviewer)
    {
        var given = await host.ASubmittedApplication(a =>
        {
            a.Files.RemoveAll(f => f.Kind == DocumentKind.ServiceProof);
            a.Files.AddRange(files.Select((file, slot) => (DocumentKind.ServiceProof, slot, file.Name, file.Bytes)));
            return a;
        });
        await using var connection = await host.Database.OpenAsync(Cancel);
        var ids = (await connection.QueryAsync<Guid>("select id from documents where application_id = @Id and kind = 'service-proof' order by slot", new { given.Id })).AsList();
        var browser = await host.SignInAsync(reviewer);
        foreach (var id in ids) Assert.Equal(HttpStatusCode.Conflict, await browser.StatusAsync($"/documents/{id}"));
        await host.Jobs.RunDueAsync(Cancel);
        var found = new List<(HostileFile, string)>();
        foreach (var (file, id) in files.Zip(ids))
        {
            var (structure, malware, verdict) = await connection.QuerySingleAsync<(Structure, Malware, string?)>("select structure, malware, verdict from documents where id = @id", new { id });
            foreach (var path in new[] { $"/documents/{id}", $"/documents/{id}?download=1" }) Assert.True(await browser.StatusAsync(path) == HttpStatusCode.Conflict, $"{file.What}: a reviewer opens it.");
            found.Add((file, DocumentStates.Of(structure, malware) switch
            {
                DocumentState.Quarantined => DocumentStates.QuarantinedWords,
                DocumentState.Unusable => verdict!,
                var other => other.Name(),
            }));
        }
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync($"/review/{given.Id}"));
        return found;
    }

    private static string Outcome(HostileFile file)
    {
        var fault = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [FileContent.Empty] = "empty",
            [FileContent.WrongType] = "no PDF, JPEG or PNG by its content",
            [FileContent.TooLarge] = "too large",
            [DocumentFaults.Encrypted] = "take the password off",
            [DocumentFaults.BrokenPdf] = "broken PDF",
            [DocumentFaults.NoPages] = "no pages",
            [DocumentFaults.ActivePdf] = "program in a PDF",
            [DocumentFaults.FilesInside] = "files in a PDF",
            [DocumentFaults.TooComplex] = "too complex",
            [DocumentFaults.BrokenImage] = "broken image",
            [DocumentFaults.TooManyPixels] = "too many pixels",
            [DocumentFaults.SomethingElseInside] = "something else inside",
        }.GetValueOrDefault(file.Words, "its name does not fit its content");
        return file.Words == DocumentStates.QuarantinedWords ? "quarantined" : file.AtOnce ? $"refused on arrival: {fault}" : $"unusable: {fault}";
    }

    private static TestApplication WithoutFiles(TestApplication application)
    {
        application.Files.Clear();
        return application;
    }
}
