using GrantPortal.Testing;
using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>An account from nothing: registered, confirmed by mail, its password changed and forgotten, its address changed; all in a browser and a mailbox.</summary>
public sealed class RegistrationTests(RunningPortal portal)
{
    private const string Password = "violet harbor copper lantern";
    private const string Second = "marble window thunder orchid";
    private const string Third = "saddle pepper winter compass";

    [Fact]
    public async Task A_newcomer_registers_changes_the_password_and_the_address_and_resets_it()
    {
        const string email = "newcomer@e2e.example";
        const string moved = "newcomer-moved@e2e.example";
        await using var window = await portal.OpenAsync();
        await window.Page.GotoAsync("/login");
        await LinkAsync(window, "アカウントをお持ちでない方へ");
        await CheckAsync(window, "register");

        // Too weak: said while typing, and again by the server; what was typed is kept.
        await window.Field("メールアドレス").FillAsync(email);
        await window.Field("パスワード").FillAsync("password1234");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status).GetByText("よく使われているパスワード")).ToBeVisibleAsync();
        await window.Button("登録する").ClickAsync();
        await Assertions.Expect(window.Page.GetByText("入力内容をご確認ください")).ToBeVisibleAsync();
        await Assertions.Expect(window.Field("メールアドレス")).ToHaveValueAsync(email);
        await CheckAsync(window, "register-error");

        // Pasted, looked at, and sent.
        await window.Field("パスワード").FillAsync("");
        await window.Field("パスワード").FocusAsync();
        await window.Page.Keyboard.InsertTextAsync(Password);
        await window.Button("パスワードを表示する").ClickAsync();
        await Assertions.Expect(window.Field("パスワード")).ToHaveAttributeAsync("type", "text");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status).GetByText("強いパスワード")).ToBeVisibleAsync();
        await window.PictureAsync("register-strong");
        await window.Button("登録する").ClickAsync();
        await HeadingAsync(window, "確認のメールを送りました");
        await CheckAsync(window, "register-sent");
        await window.Button("確認のメールをもう一度送る").ClickAsync();
        await Assertions.Expect(window.Page.GetByText("確認のメールをもう一度送りました。")).ToBeVisibleAsync();

        var mails = await portal.MailsToAsync(email, 2);
        await window.Page.GotoAsync(mails[1].Link("/register/confirm"));
        await CheckAsync(window, "register-confirm");
        await window.Field("パスワード").FillAsync(Password);
        await window.Button("登録を完了する").ClickAsync();
        await window.DeclineOfferAsync();
        await HeadingAsync(window, "申請者情報");

        await window.Page.GotoAsync("/account");
        await CheckAsync(window, "account");
        await window.Page.GotoAsync("/account/password");
        await CheckAsync(window, "account-password");
        await window.Field("現在のパスワード").FillAsync(Password);
        await window.Field("新しいパスワード").FillAsync(Second);
        await window.Field("新しいパスワード（確認）").FillAsync(Second);
        await window.Button("パスワードを変更する").ClickAsync();
        await Assertions.Expect(window.Page.GetByText("パスワードを変更しました。")).ToBeVisibleAsync();

        await window.Page.GotoAsync("/account/mail");
        await CheckAsync(window, "account-mail");
        await window.Field("新しいメールアドレス").FillAsync(moved);
        await window.Field("現在のパスワード").FillAsync(Second);
        await window.Button("確認のメールを送る").ClickAsync();
        await HeadingAsync(window, "メールアドレスの変更を確認しています");
        await CheckAsync(window, "account-changing");
        await AgreeAsync(window, email);
        await Assertions.Expect(window.Page.GetByText("同意を受け付けました。")).ToBeVisibleAsync();
        await AgreeAsync(window, moved);
        await Assertions.Expect(window.Page.GetByText("メールアドレスを変更しました。")).ToBeVisibleAsync();
        await HeadingAsync(window, "ログイン");

        await LinkAsync(window, "パスワードを忘れた方");
        await CheckAsync(window, "reset");
        await window.Field("メールアドレス").FillAsync(moved);
        await window.Button("再設定のメールを送る").ClickAsync();
        await HeadingAsync(window, "再設定のメールを送りました");
        await CheckAsync(window, "reset-sent");
        await window.Page.GotoAsync((await MailAsync(moved, "/login/reset/password?")).Link("/login/reset/password"));
        await CheckAsync(window, "reset-password");
        await window.Field("新しいパスワード").FillAsync(Third);
        await window.Field("新しいパスワード（確認）").FillAsync(Third);
        await window.Button("パスワードを設定する").ClickAsync();
        await HeadingAsync(window, "ログイン");
        await window.Field("メールアドレス").FillAsync(moved);
        await window.Field("パスワード").FillAsync(Third);
        await window.Button("ログイン").ClickAsync();
        await HeadingAsync(window, "申請者情報");
    }

    [Fact]
    public async Task A_mailed_link_signs_in_without_script_and_only_once()
    {
        await using var window = await portal.OpenAsync(width: 375, script: false);
        await using var checks = await portal.OpenAsync();
        await window.Page.GotoAsync("/review");
        await LinkAsync(window, "メールでログイン");
        await CheckSameAsync("link");
        await window.Field("メールアドレス").FillAsync("auditor@demo.example");
        await window.Button("ログイン用のメールを送る").ClickAsync();
        await HeadingAsync(window, "ログイン用のメールを送りました");
        await CheckSameAsync("link-sent");
        var link = (await portal.MailsToAsync("auditor@demo.example", 1))[^1].Link("/login/link/use");
        await window.Page.GotoAsync(link);
        await CheckSameAsync("link-open");
        await window.Button("ログインする").ClickAsync();
        await window.Page.WaitForURLAsync("**/review");

        await window.Page.GotoAsync(link);
        await HeadingAsync(window, "このリンクは使えません");
        await CheckSameAsync("link-void");

        // axe is a script and needs timers, which a window without script has not.
        async Task CheckSameAsync(string name)
        {
            await checks.Page.GotoAsync(window.Page.Url);
            await CheckAsync(checks, name);
        }
    }

    [Fact]
    public async Task After_too_many_wrong_passwords_the_page_says_what_else_there_is()
    {
        await using var window = await portal.OpenAsync();
        await window.Page.GotoAsync("/login");
        for (var i = 0; i < 30; i++)
        {
            await window.Field("メールアドレス").FillAsync("guessed@e2e.example");
            await window.Field("パスワード").FillAsync("wrong");
            await window.Button("ログイン").ClickAsync();
            await Assertions.Expect(window.Field("パスワード")).ToHaveValueAsync("");
        }
        await window.Field("パスワード").FillAsync("wrong");
        var answer = await window.Page.RunAndWaitForResponseAsync(() => window.Button("ログイン").ClickAsync(), response => response.Request.Method == "POST");
        Assert.Equal(429, answer.Status);
        await Assertions.Expect(window.Page.GetByText("パスワードの間違いが続いたため")).ToBeVisibleAsync();
        await Assertions.Expect(window.Field("メールアドレス")).ToHaveValueAsync("guessed@e2e.example");
        await CheckAsync(window, "login-too-often");
    }

    /// <summary>axe where it is narrow, and at both widths the fit and a picture.</summary>
    private static async Task CheckAsync(Window window, string name)
    {
        await window.Page.SetViewportSizeAsync(1280, 800);
        await window.AssertFitsAsync(name);
        await window.PictureAsync(name);
        await window.Page.SetViewportSizeAsync(375, 800);
        await window.AssertAccessibleAsync(name);
        await window.PictureAsync(name);
    }

    private static Task HeadingAsync(Window window, string name) => Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true })).ToBeVisibleAsync();

    private static Task LinkAsync(Window window, string name) => window.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Opens the mail that has come to one end, and agrees.</summary>
    private async Task AgreeAsync(Window window, string address)
    {
        await window.Page.GotoAsync((await MailAsync(address, "/account/mail/agree")).Link("/account/mail/agree"));
        await CheckAsync(window, "mail-agree");
        await window.Button("変更に同意する").ClickAsync();
    }

    /// <summary>The mail that leads to a page, once it has come.</summary>
    private async Task<CaughtMail> MailAsync(string address, string path)
    {
        for (var atLeast = 1; ; atLeast++)
        {
            var mails = await portal.MailsToAsync(address, atLeast);
            if (mails.LastOrDefault(mail => mail.Text.Contains(path, StringComparison.Ordinal)) is { } found) return found;
            atLeast = mails.Count;
        }
    }
}
