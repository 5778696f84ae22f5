using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>The whole path: an office and a clinic apply, one person reviews, another decides, both applicants see it and have their mails.</summary>
public sealed class JourneyTests(RunningPortal portal)
{
    [Fact]
    public async Task An_office_applies_for_11_and_51_with_three_receipts_and_is_granted_119000_yen()
    {
        using var files = new SampleFiles();
        await using var office = await portal.SignInAsync("office@demo.example");
        var hands = new Hands(office);
        await Filing.FillCareAsync(office, hands, files, "1399900024",
            (files.Pdf("領収書1"), "58000"), (files.Jpeg("領収書2"), "40000"), (files.Png("領収書3"), "30000"));
        await Assertions.Expect(office.Page.GetByText("119,000").First).ToBeVisibleAsync();
        await office.PictureAsync("confirm");
        var number = await Filing.SubmitAsync(office, hands);
        await office.PictureAsync("submitted");
        var address = office.Page.Url;

        await ReviewAsync(number, clerk => clerk.Button("一次審査を完了する").ClickAsync());
        await DecideAsync(number, "交付決定する");

        await office.Page.GotoAsync(address);
        await Assertions.Expect(office.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", "granted");
        await Assertions.Expect(office.Page.GetByText("119,000 円").First).ToBeVisibleAsync();
        await office.PictureAsync("granted");
        var mails = await portal.MailsToAsync("office@demo.example", 2);
        Assert.Contains(mails, m => m.Subject.Contains("申請を受け付けました", StringComparison.Ordinal) && m.Text.Contains(number, StringComparison.Ordinal));
        var told = Assert.Single(mails, m => m.Subject.Contains("交付を決定", StringComparison.Ordinal) && m.Text.Contains(number, StringComparison.Ordinal));
        Assert.Contains("119,000円", told.Text, StringComparison.Ordinal);

        // The mail leads to the letter.
        await office.Page.GetByRole(AriaRole.Link, new() { Name = "交付決定通知書", Exact = true }).ClickAsync();
        await Assertions.Expect(office.Page.GetByRole(AriaRole.Heading, new() { Name = "交付決定通知書" })).ToBeVisibleAsync();
        Assert.Contains(new Uri(office.Page.Url).AbsolutePath, told.Text, StringComparison.Ordinal);
        await office.AssertAccessibleAsync("the letter");
        await office.PictureAsync("letter");
        await office.Page.SetViewportSizeAsync(375, 800);
        await office.AssertAccessibleAsync("the letter, narrow");
        await office.PictureAsync("letter-narrow");
    }

    [Fact]
    public async Task A_hospital_of_200_beds_applies_with_a_yucho_account_and_is_refused_with_a_reason()
    {
        using var files = new SampleFiles();
        await using var clinic = await portal.SignInAsync("clinic@demo.example");
        var hands = new Hands(clinic);
        await Filing.FillMedicalAsync(clinic, hands, files, "1319900013");
        await Assertions.Expect(clinic.Page.GetByText("550,000").First).ToBeVisibleAsync();
        await Assertions.Expect(clinic.Page.GetByText("058・普通・1234567")).ToBeVisibleAsync();
        var number = await Filing.SubmitAsync(clinic, hands);
        var address = clinic.Page.Url;

        await ReviewAsync(number, async clerk =>
        {
            await clerk.Page.GetByRole(AriaRole.Radio, new() { Name = "不交付", Exact = true }).CheckAsync();
            await clerk.Field("理由").FillAsync("対象となる機能の追加が確認できません。");
            await clerk.Button("一次審査を完了する").ClickAsync();
        });
        await DecideAsync(number, "不交付とする", "対象となる機能の追加が確認できません。");

        await clinic.Page.GotoAsync(address);
        await Assertions.Expect(clinic.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", "refused");
        await Assertions.Expect(clinic.Page.GetByText("対象となる機能の追加が確認できません。").First).ToBeVisibleAsync();
        var mails = await portal.MailsToAsync("clinic@demo.example", 2);
        Assert.Contains(mails, m => m.Text.Contains("対象となる機能の追加が確認できません。", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_known_office_needs_at_most_12_typed_values_4_ticks_and_4_files()
    {
        using var files = new SampleFiles();
        await using var corporation = await portal.SignInAsync("corp@demo.example");
        var hands = new Hands(corporation);
        await Filing.FillCareAsync(corporation, hands, files, "1399900057", (files.Pdf("領収書"), "128000"));
        await Filing.SubmitAsync(corporation, hands);

        Console.WriteLine($"Effort of a whole application: {hands}");
        Assert.True(hands is { Typed: <= 12, Ticks: <= 4, Files: <= 4 }, $"A whole application took {hands}.");
    }

    [Fact]
    public async Task The_whole_application_works_without_script()
    {
        using var files = new SampleFiles();
        await using var corporation = await portal.SignInAsync("corp@demo.example", script: false);
        var hands = new Hands(corporation);
        await Filing.FillCareAsync(corporation, hands, files, "1399900123", (files.Pdf("領収書"), "128000"));
        Assert.Matches("^R8K-[0-9]{7}-[0-9]$", await Filing.SubmitAsync(corporation, hands));

        // What only a script can do is not offered.
        await corporation.Page.GetByRole(AriaRole.Link, new() { Name = "受付票" }).First.ClickAsync();
        await Assertions.Expect(corporation.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("受付票");
        await Assertions.Expect(corporation.Page.Locator("[data-print]")).ToBeHiddenAsync();
    }

    /// <summary>reviewer1 finds the application in the queue, claims it and completes the first review.</summary>
    private async Task ReviewAsync(string number, Func<Window, Task> review)
    {
        await using var clerk = await portal.SignInAsync("reviewer1@demo.example", 1366, 768);
        await clerk.Page.GotoAsync("/review");
        await clerk.PictureAsync("queue");
        await clerk.Page.GetByRole(AriaRole.Link, new() { Name = number }).ClickAsync();
        await clerk.Button("担当する").ClickAsync();
        await Assertions.Expect(clerk.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", "reviewing");
        await clerk.PictureAsync("case", fullPage: false);
        await review(clerk);
        await Assertions.Expect(clerk.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", "awaiting-decision");
    }

    private async Task DecideAsync(string number, string button, string? reason = null)
    {
        await using var approver = await portal.SignInAsync("approver@demo.example", 1366, 768);
        await approver.Page.GotoAsync("/review?status=awaiting-decision");
        await approver.Page.GetByRole(AriaRole.Link, new() { Name = number }).ClickAsync();
        if (reason is not null) await approver.Field("理由").FillAsync(reason);
        await approver.PictureAsync("decision", fullPage: false);
        await approver.Button(button).ClickAsync();
        // Asked once more, the documents still beside it.
        await approver.Page.Locator(".question").WaitForAsync();
        await approver.PictureAsync("question", fullPage: false);
        await approver.Button(button).ClickAsync();
        await Assertions.Expect(approver.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", button == "不交付とする" ? "refused" : "granted");
    }
}
