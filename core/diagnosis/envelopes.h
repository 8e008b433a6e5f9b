#pragma once
// The envelopes of one check: for batches of the prediction's size, its rows and its steps, drawn from the training
// reference.

#include "core/diagnosis/rule.h"
#include "core/profile/envelope.h"

#include <map>

namespace plumbline {

class Envelopes {
public:
    /// `profile` is null without a training reference; all of them outlive this.
    Envelopes(const Model& model, Executor& executor, const Profile* profile, std::uint64_t seed, Progress progress)
        : m_model(model), m_executor(executor), m_seed(seed), m_progress(std::move(progress)), m_whole{profile, {}} {}

    /// For these arrays, null where the layers were not profiled. Where rows are copies of each other, each layer's
    /// bands are those of its independent rows. Where a series is shorter than training's, training cut to its length
    /// at either end counts too: extremes grow with the steps, so the bands reach from what so few show to what all do.
    std::shared_ptr<const Envelope> of(const std::vector<InputView>& inputs, std::int64_t batch);
    /// How the arrays of one input are held against training, where its row has known bands in `envelope`.
    std::shared_ptr<const TrainingAgreement> agreement(const InputView& input, const Envelope& envelope);
    /// The envelope for these inputs as they stand: below one that is inside training's range without being drawn as
    /// training is, batches of training do not say how far a mean moves, and the range alone is judged.
    std::shared_ptr<const Envelope> judged(const std::shared_ptr<const Envelope>& envelope,
                                           const std::vector<InputView>& inputs) const;
    /// After the profile has changed.
    void clear();

private:
    struct Reference {
        const Profile* profile = nullptr;
        std::map<std::int64_t, std::shared_ptr<const Envelope>> envelopes; ///< by batch
    };
    struct Cut {
        Profile profile;
        Reference reference;
    };

    std::shared_ptr<const Envelope> ofBatch(Reference& reference, std::int64_t batch);
    std::shared_ptr<const Envelope> ofRows(Reference& reference, const std::vector<InputView>& inputs,
                                           std::int64_t batch);
    enum class From { start, end };
    Reference* cutTo(const std::vector<std::int64_t>& steps, From from);

    const Model& m_model;
    Executor& m_executor;
    std::uint64_t m_seed;
    Progress m_progress;
    Reference m_whole;
    std::map<std::pair<std::vector<std::int64_t>, From>, Cut> m_cuts; ///< by the steps of each input; 0: all of them
    std::map<std::vector<std::int64_t>, std::shared_ptr<const TrainingAgreement>> m_agreements; ///< by position, rows
};

/// The row of an input, where it has one.
LayerId rowOf(const Graph& graph, ValueId input);

} // namespace plumbline
