using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Web.Features.Applications;

/// <summary>How saving one step ended.</summary>
public abstract record SaveStepResult
{
    private SaveStepResult()
    {
    }

    /// <param name="Dossier">As it is after the save.</param>
    public sealed record Saved(Dossier Dossier, int Revision) : SaveStepResult;

    /// <summary>Somebody else saved this step differently since the page was made. What was typed is not lost: the page shows both.</summary>
    public sealed record Conflict(Dossier Dossier) : SaveStepResult;

    /// <summary>It can no longer be edited; the answers are kept to look at where a working copy exists.</summary>
    public sealed record Refused(Dossier Dossier, Refusal Reason) : SaveStepResult;

    public sealed record NotFound : SaveStepResult;

    public sealed record Forbidden : SaveStepResult;
}

/// <summary>Saves one step as typed, right or wrong: by 次へ, by 一時保存する and by itself.</summary>
public sealed class SaveStep(Database database, TimeProvider clock)
{
    /// <param name="put">The stored answers with the step's posted ones in place.</param>
    /// <param name="seen">The revision the page was made from.</param>
    /// <param name="editor">The page's own id.</param>
    public async Task<SaveStepResult> RunAsync(
        Guid id, Section section, Func<ApplicationAnswers, ApplicationAnswers> put, int seen, Guid editor, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var dossier = await DossierStore.LoadForUpdateAsync(connection, id, actor, now);
        if (dossier is null) return new SaveStepResult.NotFound();
        if (!actor.MayApplyFor(dossier.Application.ApplicantId)) return new SaveStepResult.Forbidden();
        if (!dossier.IsBeingEdited) return new SaveStepResult.Refused(dossier, Refusal.WrongState(dossier.Application.Status));

        var stored = dossier.Answers;
        // 差戻し: only the named items open, whatever was posted.
        var answers = ApplicationItems.Merge(stored, put(stored), dossier.OpenItems);
        var revision = section switch
        {
            Section.Office => await SaveAsync(answers.Office, stored.Office),
            Section.Amount => await SaveAsync(answers.Amount, stored.Amount),
            Section.Account => await SaveAsync(answers.Account, stored.Account),
            _ => await SaveAsync(answers.Receipts, stored.Receipts),
        };
        if (revision is null) return new SaveStepResult.Conflict(dossier);
        await transaction.CommitAsync(cancel);
        if (!dossier.Application.IsEditable) return new SaveStepResult.Refused(dossier, EditOvertaken);
        var saved = new WorkingSection(section, Of(answers, section), revision.Value, editor, now, actor.Name);
        return new SaveStepResult.Saved(dossier with { Working = [.. dossier.Working.Where(w => w.Section != section), saved] }, revision.Value);

        Task<int?> SaveAsync<T>(T value, T before) => WorkingCopyStore.SaveAsync(connection, id, section, value, before, seen, editor, actor.UserId, now);
    }

    /// <summary>A reviewer claimed first (申請の一生): the edit ends, its text is kept to look at.</summary>
    public static Refusal EditOvertaken { get; } = new(RefusalCode.WrongState,
        "審査が始まったため、変更を申請できなくなりました。提出済みの内容で審査が進みます。入力した内容は、この画面で引き続き確認できます。");

    private static object Of(ApplicationAnswers answers, Section section) => section switch
    {
        Section.Office => answers.Office,
        Section.Amount => answers.Amount,
        Section.Account => answers.Account,
        _ => answers.Receipts,
    };
}
