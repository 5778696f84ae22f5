using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>New people: a corporation with two offices and a colleague, and a doctor without 法人番号.</summary>
public sealed class CorporationTests(RunningPortal portal)
{
    private const string Secret = "mizube no kawasemi 7";

    [Fact]
    public async Task A_new_corporation_adds_two_offices_invites_a_colleague_and_each_files_one()
    {
        using var files = new SampleFiles();
        await using var owner = await portal.OpenAsync();
        await RegisterAsync(owner, "owner@shinsetsu.example", "新設 花子", picture: true);
        var page = owner.Page;
        await page.GetByLabel("法人", new() { Exact = true }).CheckAsync();
        await owner.Field("法人名").FillAsync("株式会社新設ケア");
        await owner.Field("法人番号").FillAsync("7000012050002");
        await owner.Field("代表者名").FillAsync("新設 太郎");
        await owner.Field("担当者名").FillAsync("新設 花子");
        await owner.Field("電話番号").FillAsync("03-0000-0000");
        await owner.Button("保存する").ClickAsync();

        foreach (var number in new[] { "1399900073", "1399900081" })
        {
            await page.GotoAsync("/offices");
            await page.GetByLabel("介護事業所", new() { Exact = true }).CheckAsync();
            await owner.Field("介護事業所番号・医療機関コード").FillAsync(number);
            await owner.Button("追加する").ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Table).GetByText(number)).ToBeVisibleAsync();
        }
        await LookAsync(owner, "/offices", "offices");
        await page.GotoAsync("/members");
        await owner.Field("招待する方のメールアドレス").FillAsync("colleague@shinsetsu.example");
        await page.GetByLabel("担当者", new() { Exact = true }).CheckAsync();
        await owner.Button("招待のメールを送る").ClickAsync();
        await Assertions.Expect(page.GetByText("colleague@shinsetsu.example").First).ToBeVisibleAsync();
        await LookAsync(owner, "/members", "members");

        await using var colleague = await portal.OpenAsync();
        var invitation = (await portal.MailsToAsync("colleague@shinsetsu.example", 1))[0].Link("/invitations");
        await colleague.Page.GotoAsync(invitation);
        await colleague.AssertAccessibleAsync("an invitation");
        await colleague.PictureAsync("invitation");
        await colleague.Page.GetByRole(AriaRole.Link, new() { Name = "アカウントを登録して参加する" }).ClickAsync();
        await RegisterAsync(colleague, "colleague@shinsetsu.example", "新設 次郎", open: false);
        await colleague.Button("参加する").ClickAsync();
        await Assertions.Expect(colleague.Page.GetByText("株式会社新設ケアのメンバーになりました。")).ToBeVisibleAsync();

        var first = await FileAsync(owner, files, "1399900073");
        var second = await FileAsync(colleague, files, "1399900081");
        // Each sees both: they belong to the same applicant.
        foreach (var window in new[] { owner, colleague })
        {
            await window.Page.GotoAsync("/applications");
            await Assertions.Expect(window.Page.GetByText(first).First).ToBeVisibleAsync();
            await Assertions.Expect(window.Page.GetByText(second).First).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task A_sole_proprietor_registers_without_a_corporate_number_and_files_for_a_clinic()
    {
        using var files = new SampleFiles();
        await using var doctor = await portal.OpenAsync();
        await RegisterAsync(doctor, "doctor@clinic.example", "医師 一郎");
        await doctor.Page.GetByLabel("個人", new() { Exact = true }).CheckAsync();
        await doctor.Field("氏名").FillAsync("医師 一郎");
        await doctor.Field("担当者名").FillAsync("医師 一郎");
        await doctor.Field("電話番号").FillAsync("03-0000-1111");
        await doctor.Button("保存する").ClickAsync();
        await Filing.FillMedicalAsync(doctor, new Hands(doctor), files, "1319900021");
        await Filing.SubmitAsync(doctor, new Hands(doctor));
    }

    private async Task RegisterAsync(Window window, string email, string name, bool open = true, bool picture = false)
    {
        var page = window.Page;
        if (open) await page.GotoAsync("/register");
        await window.Field("メールアドレス").FillAsync(email);
        await window.Field("氏名").FillAsync(name);
        await window.Field("パスワード").FillAsync(Secret);
        await Assertions.Expect(page.Locator(".password-strength")).ToHaveAttributeAsync("data-acceptable", "true");
        if (picture)
        {
            await window.AssertAccessibleAsync("registration");
            await window.PictureAsync("register");
            await page.SetViewportSizeAsync(375, 800);
            await window.AssertAccessibleAsync("registration");
            await window.PictureAsync("register");
            await page.SetViewportSizeAsync(1280, 800);
        }
        await window.Button("登録する").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "確認のメールを送りました" })).ToBeVisibleAsync();
        if (picture)
        {
            await window.AssertAccessibleAsync("the mail was sent");
            await window.PictureAsync("register-sent");
        }
        var mails = await portal.MailsToAsync(email, open ? 1 : 2);
        await page.GotoAsync(mails[^1].Link("/register/confirm"));
        await window.Field("パスワード").FillAsync(Secret);
        await window.Button("登録を完了する").ClickAsync();
        await window.DeclineOfferAsync();
    }

    private static async Task<string> FileAsync(Window window, SampleFiles files, string number)
    {
        await Filing.FillCareAsync(window, new Hands(window), files, number, "2", (files.Pdf("領収書"), "128000"));
        return await Filing.SubmitAsync(window, new Hands(window));
    }

    /// <summary>A page at both widths: seen by axe and kept as a picture.</summary>
    private static async Task LookAsync(Window window, string address, string name)
    {
        foreach (var width in new[] { 1280, 375 })
        {
            await window.Page.SetViewportSizeAsync(width, 800);
            await window.Page.GotoAsync(address);
            await window.AssertAccessibleAsync(name);
            await window.PictureAsync(name);
        }
        await window.Page.SetViewportSizeAsync(1280, 800);
    }
}
