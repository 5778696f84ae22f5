using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Features.Applications;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Testing;

/// <summary>An application a test made.</summary>
public sealed record TestCase(Guid Id, TestUser By, Programme Programme, ApplicationAnswers Answers)
{
    public string Number => Answers.Office.Number!;
}

/// <summary>Makes applications through the portal's own commands.</summary>
public static class GivenApplications
{
    /// <summary>A draft with every step filled in and every file uploaded, not yet submitted.</summary>
    public static async Task<TestCase> ADraft(this PortalHost portal, Func<TestApplication, TestApplication>? change = null)
    {
        var wanted = change?.Invoke(new TestApplication()) ?? new TestApplication();
        var by = wanted.By ?? await portal.Given.AnApplicantUser();
        var (answers, actor) = (wanted.Answers, by.Actor);
        var id = await portal.Services.GetRequiredService<EditApplication>().StartAsync(by.ApplicantId!.Value, wanted.Programme, answers.Office, actor, default);
        var save = portal.Services.GetRequiredService<SaveStep>();
        foreach (var section in new[] { Section.Amount, Section.Account, Section.Receipts })
            Assert.IsType<SaveStepResult.Saved>(await save.RunAsync(id, section, _ => answers, int.MaxValue, await EditorOfAsync(portal, id, section), actor, default));
        var upload = portal.Services.GetRequiredService<UploadDocument>();
        foreach (var (kind, slot, name, bytes) in wanted.Files)
            Assert.IsType<UploadResult.Stored>(await upload.RunAsync(new Upload(id, kind, slot, Guid.NewGuid(), name), new MemoryStream(bytes), actor, default));
        return new TestCase(id, by, wanted.Programme, answers);
    }

    /// <summary>A draft that was submitted: 受付済.</summary>
    public static async Task<TestCase> ASubmittedApplication(this PortalHost portal, Func<TestApplication, TestApplication>? change = null)
    {
        var draft = await portal.ADraft(change);
        var result = await portal.SubmitAsync(draft);
        Assert.True(result is SubmitResult.Submitted, result is SubmitResult.Invalid invalid ? string.Join('\n', invalid.Problems) : result.ToString());
        return draft;
    }

    /// <summary>Submits a working copy as it stands.</summary>
    public static async Task<SubmitResult> SubmitAsync(this PortalHost portal, TestCase draft)
    {
        var dossier = await portal.DossierAsync(draft);
        return await portal.Services.GetRequiredService<SubmitApplication>().RunAsync(draft.Id, dossier.Fingerprint, draft.By.Actor, default);
    }

    /// <summary>Everything stored about an application, as its applicant sees it.</summary>
    public static async Task<Data.Applications.Dossier> DossierAsync(this PortalHost portal, TestCase wanted)
    {
        await using var connection = await portal.Database.OpenAsync();
        return await Data.Applications.DossierStore.LoadAsync(connection, wanted.Id, wanted.By.Actor, portal.Services.GetRequiredService<TimeProvider>().GetUtcNow())
            ?? throw new InvalidOperationException("The application is not visible to its applicant.");
    }

    /// <summary>The page that saved a step last, so that the test's save continues it; a new one where nothing was saved.</summary>
    private static async Task<Guid> EditorOfAsync(PortalHost portal, Guid id, Section section)
    {
        await using var connection = await portal.Database.OpenAsync();
        return await Dapper.SqlMapper.QuerySingleOrDefaultAsync<Guid?>(connection,
            "select editor from working_sections where application_id = @id and section = @section", new { id, section }) ?? Guid.NewGuid();
    }
}
