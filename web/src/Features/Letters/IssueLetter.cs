using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Letters;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Letters;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Letters;

/// <summary>Writes the letter about a decision or a return, in the transaction that decides: one cannot be without the other.</summary>
public sealed class IssueLetter(IOptions<LetterOptions> options)
{
    /// <summary>Call it after the event is saved and as the last but the mails: it locks the year's numbers until the commit (docs/adr/0025).</summary>
    /// <param name="application">As it is after the event.</param>
    /// <returns>Null where the event is not told by letter.</returns>
    public async Task<IssuedLetter?> RunAsync(NpgsqlConnection connection, Application application, ApplicationEvent happened, Dossier dossier)
    {
        if (Letter.KindFor(happened.Kind) is null) return null;
        var version = await connection.AskAsync(ApplicationQueries.Version(application.Id, application.Submissions))
            ?? throw new InvalidOperationException($"Version {application.Submissions} of application {application.Id} is missing.");
        var letter = Letter.About(application, happened, version.Content, dossier.Year, options.Value.Issuer)!;
        var issued = await LetterStore.IssueAsync(connection, application.Id, application.ApplicantId, letter, happened.At);
        await JobQueue.EnqueueAsync(connection, [PrintLetterJob.For(issued, happened.At)]);
        return issued;
    }
}
