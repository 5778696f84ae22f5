using Dapper;
using GrantPortal.Data;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>Passkeys through Chromium's virtual authenticator, authenticator apps and recovery codes; their pages at two widths.</summary>
public sealed class FactorTests(RunningPortal portal)
{
    [Fact]
    public async Task A_passkey_is_offered_after_the_first_sign_in_registered_and_signs_in_alone()
    {
        await using var database = Database.At(portal.ConnectionString);
        var user = await new Given(database, new TestClock(RunningPortal.Start)).AnApplicantUser();
        await using (var connection = await database.OpenAsync()) await connection.ExecuteAsync("update users set passkey_offered_at = null where id = @Id", new { user.Id });
        await using var window = await portal.OpenAsync();
        await window.AddAuthenticatorAsync();
        var page = window.Page;
        await LogInAsync(window, user);
        await page.WaitForURLAsync("**/account/passkeys/offer*");
        await LookAsync(window, "passkey-offer");
        await window.Button("パスキーを登録する").ClickAsync();
        await page.WaitForURLAsync("**/applications");
        await Assertions.Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("を登録しました");

        await window.Button("ログアウト").ClickAsync();
        await page.GotoAsync("/login?returnUrl=/account/passkeys");
        await LookAsync(window, "login");
        await window.Button("パスキーでログイン").ClickAsync();
        await page.WaitForURLAsync("**/account/passkeys");
        await page.GetByText("名前の変更・取り消し").ClickAsync();
        await LookAsync(window, "passkeys");
        await page.GotoAsync("/account/sessions");
        await Assertions.Expect(page.GetByText("パスキー", new() { Exact = false }).First).ToBeVisibleAsync();
        await LookAsync(window, "sessions");

        // The same device again: the browser itself says that it knows it.
        await page.GotoAsync("/account/passkeys");
        await window.Button("パスキーを登録する").ClickAsync();
        await Assertions.Expect(page.GetByText("この端末のパスキーは、すでに登録されています。")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Staff_set_up_an_app_before_anything_else_and_sign_in_with_its_code_or_a_recovery_code()
    {
        await using var database = Database.At(portal.ConnectionString);
        var user = await new Given(database, new TestClock(RunningPortal.Start)).Staff(StaffRole.Auditor);
        await using var window = await portal.OpenAsync();
        var page = window.Page;
        await LogInAsync(window, user);
        await page.WaitForURLAsync("**/account/second-factor");
        var clock = await ClockAsync(database, user);
        await LookAsync(window, "second-factor-required");
        await page.GotoAsync("/review");
        await page.WaitForURLAsync("**/account/second-factor");
        await window.Button("認証アプリを設定する").ClickAsync();
        await page.GetByText("読み取れないとき").ClickAsync();
        await LookAsync(window, "app");
        var secret = Secret(await page.Locator("#secret").InnerTextAsync());
        await window.Field("認証コード").FillAsync("12345");
        await window.Button("設定する").ClickAsync();
        await Assertions.Expect(page.GetByText("入力内容をご確認ください")).ToBeVisibleAsync();
        var first = Totp.StepAt(clock.GetUtcNow());
        await window.Field("認証コード").FillAsync(Totp.CodeAt(secret, first));
        await window.Button("設定する").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "回復コードを保管してください" })).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await LookAsync(window, "recovery-codes");
        var recovery = await page.Locator(".codes code").First.InnerTextAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "保管しました" }).ClickAsync();
        await page.WaitForURLAsync("**/review");

        await window.Button("ログアウト").ClickAsync();
        await LogInAsync(window, user);
        await page.WaitForURLAsync("**/login/second-factor*");
        await LookAsync(window, "second-factor");
        // The code that set it up is used up; within the same 30 seconds the next one is taken, as of a telephone that is fast.
        await window.Field("認証コード").FillAsync(Totp.CodeAt(secret, Math.Max(first + 1, Totp.StepAt(clock.GetUtcNow()))));
        await window.Button("確認する").ClickAsync();
        await page.WaitForURLAsync("**/review");

        await window.Button("ログアウト").ClickAsync();
        await LogInAsync(window, user);
        await page.GetByText("スマートフォンなどが手元にない場合").ClickAsync();
        await window.Field("回復コード").FillAsync(recovery);
        await window.Button("回復コードで確認する").ClickAsync();
        await page.WaitForURLAsync("**/review");
        await page.GotoAsync("/account/second-factor");
        await Assertions.Expect(page.GetByText("残り9個")).ToBeVisibleAsync();
        await LookAsync(window, "second-factor-set");
        await page.GotoAsync("/confirm?returnUrl=/account/sessions");
        await LookAsync(window, "confirm");
        await window.Field("パスワード").FillAsync(Given.Password);
        await window.Button("確認する").ClickAsync();
        await page.WaitForURLAsync("**/account/sessions");
    }

    private static async Task LogInAsync(Window window, TestUser user)
    {
        await window.Page.GotoAsync("/login");
        await window.Field("メールアドレス").FillAsync(user.Email);
        await window.Field("パスワード").FillAsync(Given.Password);
        await window.Button("ログイン").ClickAsync();
    }

    private static async Task LookAsync(Window window, string name)
    {
        foreach (var width in new[] { 375, 1280 })
        {
            await window.Page.SetViewportSizeAsync(width, 800);
            await window.AssertAccessibleAsync(name);
            await window.PictureAsync(name);
        }
    }

    /// <summary>The portal's clock, which is not the machine's: a session that has just begun tells.</summary>
    private static async Task<TimeProvider> ClockAsync(Database database, TestUser user)
    {
        await using var connection = await database.OpenAsync();
        var (portal, machine) = await connection.QuerySingleAsync<(DateTime, DateTime)>("select max(created_at), now() from sessions where user_id = @Id", new { user.Id });
        return new ShiftedClock(portal - machine);
    }

    private static byte[] Secret(string text)
    {
        var bits = string.Concat(text.Where(c => c != ' ').Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits[(8 * i)..((8 * i) + 8)], 2))];
    }

    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
