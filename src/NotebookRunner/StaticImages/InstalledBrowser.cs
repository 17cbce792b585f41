using NotebookRunner.Notebooks;

namespace NotebookRunner.StaticImages;

/// <summary>Finds an installed browser of the Chromium family.</summary>
internal static class InstalledBrowser
{
    private static readonly string[] CommandNames =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
            "microsoft-edge-stable"];

    private static readonly string[] MacApplications =
        ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium",
            "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"];

    private static readonly string[] WindowsPrograms =
        [@"Google\Chrome\Application\chrome.exe", @"Chromium\Application\chrome.exe", @"Microsoft\Edge\Application\msedge.exe"];

    /// <summary>The path of the browser, or null where there is none.</summary>
    public static string? Find() => Candidates().FirstOrDefault(File.Exists);

    /// <summary>The path of the browser that an option cannot do without.</summary>
    /// <exception cref="WrongUseException">There is none.</exception>
    public static string FindFor(string option) =>
        Find() ?? throw new WrongUseException(
            $"{option} needs Chromium, Chrome or Edge, and none is installed; "
            + "on Debian and Ubuntu: apt-get install chromium");

    private static IEnumerable<string> Candidates()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SpecialFolder[] roots =
                [Environment.SpecialFolder.ProgramFiles, Environment.SpecialFolder.ProgramFilesX86,
                    Environment.SpecialFolder.LocalApplicationData];
            return roots.SelectMany(
                root => WindowsPrograms.Select(program => Path.Combine(Environment.GetFolderPath(root), program)));
        }

        IEnumerable<string> applications = OperatingSystem.IsMacOS()
            ? MacApplications.Select(application => Path.Combine("/Applications", application))
            : [];
        string[] folders =
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return applications.Concat(CommandNames.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))));
    }
}
