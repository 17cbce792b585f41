using System.CommandLine;
using MnistCnn;
using MnistCnn.Benchmarks;

Command records = RecordsCommand.Create();
records.Subcommands.Add(EnsembleCommand.Create());
RootCommand command = SpeedCommand.Create();
command.Subcommands.Add(AccuracyCommand.Create());
command.Subcommands.Add(LongUseCommand.Create());
command.Subcommands.Add(ModelsCommand.Create());
command.Subcommands.Add(OptionsCommand.Create());
command.Subcommands.Add(RecipeCommand.Create());
command.Subcommands.Add(records);
command.Subcommands.Add(RooflineCommand.Create());
return command.Parse(args).Invoke();
