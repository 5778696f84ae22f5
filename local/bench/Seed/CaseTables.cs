using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using Npgsql;

namespace GrantPortal.Bench.Seed;

/// <summary>The tables of applications, each filled by a COPY of its own, and what the years add up to.</summary>
internal sealed class CaseTables : IAsyncDisposable
{
    private readonly CopyTable applications, versions, documents, versionDocuments, events, sections;
    private readonly Staff staff;
    private readonly bool whole;

    private CaseTables(Staff staff, bool whole, CopyTable[] tables)
    {
        (this.staff, this.whole) = (staff, whole);
        (applications, versions, documents, versionDocuments, events, sections) = (tables[0], tables[1], tables[2], tables[3], tables[4], tables[5]);
    }

    /// <summary>Yen applied for (open) and granted (committed) by year.</summary>
    public Dictionary<string, (long Open, long Committed)> Totals { get; } = new(StringComparer.Ordinal);

    public long Rows => All.Sum(t => t.Rows);

    public IReadOnlyList<CopyTable> All => [applications, versions, documents, versionDocuments, events, sections];

    /// <param name="whole">False: applications alone, without versions, documents and histories.</param>
    public static async Task<CaseTables> OpenAsync(NpgsqlDataSource source, Staff staff, bool whole, CancellationToken cancel) => new(staff, whole,
    [
        await CopyTable.OpenAsync(
            source, "applications",
            "id, applicant_id, programme, status, version, submissions, receipt_number, year_id, number, number_scope, name, applied_yen, received_at, reviewer_id, " +
            "reviewers, recommendation, recommended_yen, granted_yen, returned, answer_by, decided_at, created_at, created_by, updated_at, team_id, returned_before, reported, check_failed",
            cancel),
        await CopyTable.OpenAsync(
            source, "application_versions", "application_id, version, year_id, answers, content, applied_yen, submitted_at, submitted_by", cancel),
        await CopyTable.OpenAsync(
            source, "documents", "id, application_id, kind, slot, file_name, type, size, sha256, upload_id, attached, uploaded_at, uploaded_by, structure, malware, inspected_at, scanned_at", cancel),
        await CopyTable.OpenAsync(source, "version_documents", "application_id, version, document_id", cancel),
        await CopyTable.OpenAsync(
            source, "events", "application_id, kind, at, actor_id, actor_name, by_staff, version, to_status, amount_yen, recommendation, reason, items, answer_by", cancel),
        await CopyTable.OpenAsync(source, "working_sections", "application_id, section, answers, revision, editor, updated_at, updated_by", cancel),
    ]);

    public void Write(Case one)
    {
        var (application, owner) = (one.Application, one.Owner.UserId);
        Application(one);
        if (!whole) return;
        foreach (var version in one.Versions)
        {
            versions.Row().Id(application.Id).Int(version.Number).Text(application.YearId).Json(version.Answers).Json(version.Content)
                .Long(version.Applied.Amount).At(version.At).Id(owner);
            foreach (var document in version.Documents) versionDocuments.Row().Id(application.Id).Int(version.Number).Id(document);
        }
        foreach (var (document, uploadId, attached, at) in one.Documents)
        {
            documents.Row().Id(document.Id).Id(application.Id).Text(document.Kind.Code()).Int(document.Slot).Text(document.FileName).Text(Codes.Of(document.Type))
                .Long(document.Size).Text(document.Sha256).Id(uploadId).Bool(attached).At(at).Id(owner)
                .Text(Codes.Of(Structure.Sound)).Text(Codes.Of(Malware.Clean)).At(at).At(at);
        }
        foreach (var happened in one.Events)
        {
            events.Row().Id(application.Id).Text(happened.Kind.Code()).At(happened.At).Id(happened.ActorId).Text(happened.ActorName).Bool(happened.ByStaff)
                .Int(happened.Version).Text(happened.To.Code()).Long(happened.Amount?.Amount).Text(Code(happened.Recommendation)).Text(happened.Reason)
                .Json(happened.Items is null ? null : ApplicationJson.Write(happened.Items)).Date(happened.AnswerBy);
        }
        foreach (var (section, answers) in one.Working)
            sections.Row().Id(application.Id).Text(Codes.Of(section)).Json(answers).Int(1).Id(one.Editor).At(one.UpdatedAt).Id(owner);
    }

    public async Task CompleteAsync(CancellationToken cancel)
    {
        foreach (var table in All) await table.CompleteAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var table in All) await table.DisposeAsync();
    }

    private void Application(Case one)
    {
        var application = one.Application;
        var decided = application.Status is Status.Granted or Status.Refused;
        applications.Row().Id(application.Id).Id(application.ApplicantId).Text(Codes.Of(application.Programme)).Text(application.Status.Code())
            .Int(application.Version).Int(application.Submissions).Text(application.ReceiptNumber).Text(application.YearId).Text(application.Number)
            .Text(application.Number is null ? null : "*").Text(one.Name).Long(application.Applied.Amount).At(application.ReceivedAt).Id(application.ReviewerId)
            .Ids([.. application.Reviewers]).Text(Code(application.Recommendation)).Long(application.Recommended?.Amount).Long(application.Granted?.Amount)
            .Json(application.Returned is null ? null : ApplicationJson.Write(application.Returned)).Date(one.Events.Count == 0 ? null : one.Events[^1].AnswerBy)
            .At(decided ? one.UpdatedAt : null).At(one.CreatedAt).Id(one.Owner.UserId).At(one.UpdatedAt)
            .Id(application.Number is { } number ? staff.TeamOf(number) : null).Bool(one.Events.Any(e => e.Kind == EventKind.Returned))
            .Bool(application.Id.GetHashCode() % 500 == 0).Bool(application.Id.GetHashCode() % 50 == 1);
        if (application.YearId is not { } year) return;
        var (open, committed) = Totals.GetValueOrDefault(year);
        Totals[year] = (open + (application.Status.IsOpen() ? application.Applied.Amount : 0), committed + (application.Granted?.Amount ?? 0));
    }

    private static string? Code(Verdict? verdict) => verdict is { } known ? Codes.Of(known) : null;
}
